import { expect, test } from "@jest/globals";
import type { PlanView } from "@rainhooks/stage/routes/plan-store";
import { openDom } from "./testing/dom.ts";

const dom = await openDom();
const { ConfirmButton } = await import("./confirm-button.tsx");
const { Toasts } = await import("./toasts.tsx");
const { setParams } = await import("./address.ts");
const { act, get } = await import("./api.ts");

test("an action that runs can be neither left nor begun again, and its end closes the dialog", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await dom.show(() => <ConfirmButton title="Drop" question="Drop 3?" run={() => promise} />);
  await dom.click("Drop");
  await dom.click("Yes");
  expect(["No", "Yes …"].map((name) => dom.named(name).hasAttribute("disabled"))).toEqual([
    true,
    true,
  ]);
  const cancel = new window.Event("cancel", { cancelable: true });
  dom.document.querySelector("dialog")?.dispatchEvent(cancel);
  expect([cancel.defaultPrevented, dom.document.querySelector("dialog")?.open]).toEqual([
    true,
    true,
  ]);
  resolve();
  await dom.until(() => dom.document.querySelector("dialog") === null);
});

test("an action is done after a yes; why it failed is shown, until it is done again", async () => {
  let done = 0;
  const run = async () => {
    done++;
    if (done === 1) throw new Error("The stage is busy.");
  };
  await dom.show(() => (
    <ConfirmButton title="Redrive" question="Redrive 3 dead letters?" run={run} />
  ));
  await dom.click("Redrive");
  await dom.click("No");
  expect([done, dom.text()]).toEqual([0, expect.not.stringContaining("Redrive 3")]);
  for (const times of [1, 2]) {
    await dom.click("Redrive");
    expect(dom.text()).toContain("Redrive 3 dead letters?");
    await dom.click("Yes");
    await dom.until(
      () => done === times && dom.text().includes("The stage is busy.") === (times === 1),
    );
  }
});

test("what an action would do by now, instead of what was shown, is shown and asked before it is run", async () => {
  dom.respond({
    "/console/plans/drop": { text: "Delete 1 letter?", plan: "first" },
    "/console/actions/drop": ({ body }: { readonly body?: { readonly plan?: string } }) =>
      body?.plan === "second"
        ? { text: "2 letters deleted" }
        : Response.json(
            { detail: "It is more by now.", text: "Delete 2 letters?", plan: "second" },
            { status: 409 },
          ),
  });
  const plan = () => get<PlanView>("/console/plans/drop");
  const run = (_: object, shown?: string) => act("drop", { all: true, plan: shown });
  await dom.show(() => <ConfirmButton title="Drop" question="Drop all?" plan={plan} run={run} />);
  await dom.click("Drop");
  await dom.until(() => dom.text().includes("Delete 1 letter?"));
  await dom.click("Yes");
  await dom.until(() => dom.text().includes("Delete 2 letters?"));
  expect(dom.text()).toContain("It is more by now.");
  await dom.click("Yes");
  await dom.until(() => dom.document.querySelector("dialog") === null);
  const sent = dom.requests.flatMap(({ body }) => (body === undefined ? [] : [body]));
  expect(sent).toEqual([
    { all: true, plan: "first" },
    { all: true, plan: "second" },
  ]);
});

test("times of what is said afterwards are in the time zone of the page", async () => {
  setParams({ tz: "Asia/Kathmandu" });
  const run = async () => ({ text: "Shelved until 2026-11-24 08:00:00 UTC: too-hot of Lamp." });
  await dom.show(() => (
    <>
      <ConfirmButton title="Shelve" question="Shelve it?" run={run} />
      <Toasts />
    </>
  ));
  await dom.click("Shelve");
  await dom.click("Yes");
  await dom.until(() => dom.text().includes("Shelved until 2026-11-24 13:45:00: too-hot of Lamp."));
  setParams({ tz: "" });
});
