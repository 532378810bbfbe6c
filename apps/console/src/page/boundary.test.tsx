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

test("what was drawn of a response of another shape is a sentence, and heals by itself", async () => {
  let found: { readonly nodes?: readonly string[] } = {};
  const Shown = () => (
    <p>{found.nodes?.length === 0 ? "none" : Reflect.get(found.nodes as object, 0)}</p>
  );
  await dom.show(() => (
    <Boundary>
      <Shown />
    </Boundary>
  ));
  await dom.until(() => dom.text().includes("Load the page again: it may be of another version."));
  found = { nodes: ["kitchen"] };
  await dom.until(() => dom.text() === "kitchen");
});
