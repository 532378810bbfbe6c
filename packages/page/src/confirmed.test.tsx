import { expect, test } from "@jest/globals";
import { openDom } from "./testing/dom.ts";

const dom = await openDom();
const { ConfirmButton } = await import("./confirmed.tsx");

test("an action is done after a yes; why it failed is shown, until it is done again", async () => {
  let done = 0;
  const run = async () => {
    done++;
    if (done === 1) throw new Error("The stage is busy.");
  };
  await dom.show(() => <ConfirmButton title="Redrive" question="Redrive 3 dead letters?" run={run} />);
  await dom.click("Redrive");
  await dom.click("No");
  expect([done, dom.text()]).toEqual([0, expect.not.stringContaining("Redrive 3")]);
  for (const times of [1, 2]) {
    await dom.click("Redrive");
    expect(dom.text()).toContain("Redrive 3 dead letters?");
    await dom.click("Yes");
    await dom.until(() => done === times && dom.text().includes("The stage is busy.") === (times === 1));
  }
});
