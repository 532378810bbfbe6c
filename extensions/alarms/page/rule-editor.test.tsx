import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";
import { ruleKinds } from "../routes/rule-kinds.ts";

const dom = await openDom();
const { RuleEditor } = await import("./rule-editor.tsx");
const { setParams } = await import("@rainhooks/page/address");

const ANSWERS = {
  "/console/rules/kinds": ruleKinds(),
  "/console/rules/check": {},
  "/console/actions/rule-add": { name: "attic", version: 1, fromMs: Date.UTC(2026, 10, 24, 8) },
};
const written = () => JSON.parse((dom.named("Rule as JSON") as HTMLTextAreaElement).value) as object;

test("a rule is written field by field, and is added as it is shown", async () => {
  setParams({ tz: "Europe/Berlin" });
  dom.answer(ANSWERS);
  await dom.show(() => <RuleEditor />);
  await dom.until(() => dom.text().includes("threshold"));
  await dom.type("kind", "threshold");
  await dom.until(() => dom.text().includes("hysteresis"));
  await dom.type("name", "attic");
  await dom.type("above", "27.5");
  await dom.type("for", "");
  expect(written()).toEqual({
    ...{ name: "attic", kind: "threshold", series: "Temperature Sensor.Temperature" },
    ...{ above: 27.5, hysteresis: 1 },
  });
  await dom.until(() => dom.text().includes("This is a rule."));
  await dom.click("Add the rule");
  await dom.until(() => dom.text().includes("Yes"));
  await dom.click("Yes");
  await dom.until(() => dom.text().includes("Rule attic, version 1, holds from 2026-11-24 09:00:00."));
  const added = dom.requests.find(({ path }) => path.endsWith("/rule-add"))?.body as { text: string };
  expect(JSON.parse(added.text)).toEqual(written());
});

test("what is typed letter by letter stays as it is typed", async () => {
  dom.answer(ANSWERS);
  await dom.show(() => <RuleEditor />);
  await dom.until(() => dom.text().includes("threshold"));
  await dom.type("Rule as JSON", '{ "name": "a", "kind": "threshold", "series": "s" }');
  const typeSlowly = async (name: string, text: string) => {
    for (let end = 1; end <= text.length; end++) {
      await dom.type(name, text.slice(0, end));
      expect((dom.named(name) as HTMLInputElement).value).toBe(text.slice(0, end));
    }
  };
  await typeSlowly("above", "0.05");
  await dom.type("above", "1e");
  expect(written()).toMatchObject({ above: "1e" });
  await dom.type("above", "0.05");
  await typeSlowly("destinations", "crm, erp,");
  expect(written()).toMatchObject({ above: 0.05, destinations: ["crm", "erp"] });
  await dom.type("Rule as JSON", '{ "name": "a", "kind": "threshold", "series": "s", "above": 7 }');
  expect((dom.named("above") as HTMLInputElement).value).toBe("7");
});

test("another kind keeps what it can have, and takes the rest of its example", async () => {
  dom.answer(ANSWERS);
  await dom.show(() => <RuleEditor />);
  await dom.until(() => dom.text().includes("threshold"));
  await dom.type("Rule as JSON", '{ "name": "a", "kind": "offline", "for": "20m", "severity": "low" }');
  await dom.type("kind", "flapping");
  expect(written()).toEqual({ name: "a", kind: "flapping", count: 5, window: "10m", severity: "low" });
});

test("what is no object has no form, and is not lost", async () => {
  dom.answer({ ...ANSWERS, "/console/rules/check": { problem: "The rule is not JSON." } });
  await dom.show(() => <RuleEditor />);
  await dom.type("Rule as JSON", '{ "name": "a');
  await dom.until(() => dom.text().includes("The rule is not JSON."));
  expect(dom.text()).toContain("there is no form of it");
  expect((dom.named("Rule as JSON") as HTMLTextAreaElement).value).toBe('{ "name": "a');
});
