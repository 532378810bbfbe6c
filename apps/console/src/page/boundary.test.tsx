import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";

const dom = await openDom();
const { Boundary } = await import("./boundary.tsx");

test("what cannot be drawn is said in its place, beside what can, and is drawn when that is possible again", async () => {
  let isBroken = true;
  const Shown = () => {
    if (isBroken) throw new Error("The lamp is broken.");
    return <p>a lamp</p>;
  };
  await dom.show(() => (
    <>
      <nav>elsewhere</nav>
      <Boundary>
        <Shown />
      </Boundary>
    </>
  ));
  await dom.until(() => dom.text().includes("The lamp is broken."));
  expect(dom.text()).toContain("elsewhere");
  isBroken = false;
  await dom.click("Try again");
  expect(dom.text()).toContain("a lamp");
});
