import { expect, test } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import { openDom, type SentRequest } from "@rainhooks/page/testing/dom";
import { readRequest } from "@rainhooks/stage/operations/read-request";
import { optionalText } from "@rainhooks/stage/query/params/kinds";
import { ruleKinds } from "../routes/watch.ts";
import { RULE_PARAMS, ruleOf } from "../rule/rule-params.ts";

const dom = await openDom();
const { RuleEditor, draft } = await import("./rule-editor.tsx");
const { Rules } = await import("./rules.tsx");

const REQUEST = {
  ...RULE_PARAMS,
  name: optionalText({ description: "", placeholder: "", maxLength: 100 }),
};

function testedFields(path: string): object {
  const {
    from: _,
    maxTime: _time,
    maxDeliveries: _count,
    ...fields
  } = Object.fromEntries(new URL(path, "http://localhost").searchParams);
  return fields;
}

async function show(): Promise<void> {
  draft.value = {};
  dom.respond({
    "/console/rules/kinds": ruleKinds(),
    "/console/actions/rule-add": { text: "Rule attic, version 1, holds." },
    "/console/reads/testRule": {
      fromMs: 0,
      toMs: 86_400_000,
      deliveries: 7,
      load: { nodes: 1, perDay: 1, mostInTenMinutes: 1 },
      alarms: [{ alarmId: "a", nodeId: "kitchen", startMs: 1000, raisedMs: 2000 }],
    },
  });
  await dom.show(() => <RuleEditor />);
  await dom.until(() => dom.text().includes("threshold"));
}

test("a rule is written field by field, tried as it is written, and added", async () => {
  await show();
  await dom.type("kind", "threshold");
  await dom.until(() => dom.text().includes("hysteresis"));
  await dom.type("name", "attic");
  await dom.type("above", "27.5");
  await dom.type("for", "");
  const fields = {
    kind: "threshold",
    series: "Temperature Sensor.Temperature",
    above: "27.5",
    hysteresis: "1",
  };
  await dom.click("Try it on the past");
  await dom.until(() => dom.text().includes("1 alarm on 1 node"));
  const tried = dom.requests.find(({ path }) => path.includes("testRule"))?.path.split("?")[1];
  expect(Object.fromEntries(new URLSearchParams(tried))).toEqual({
    ...fields,
    from: "1d",
    maxTime: "1m",
    maxDeliveries: "1000000",
  });
  await dom.click("Add the rule");
  await dom.until(() => dom.requests.some(({ path }) => path.endsWith("/rule-add")));
  expect(dom.requests.find(({ path }) => path.endsWith("/rule-add"))?.body).toEqual({
    name: "attic",
    ...fields,
    destinations: [],
  });
});

test("what is typed letter by letter stays as it is typed", async () => {
  await show();
  await dom.type("kind", "threshold");
  await dom.until(() => dom.text().includes("hysteresis"));
  for (const [name, text] of [
    ["above", "0.05"],
    ["destinations", "crm, erp,"],
  ] as const)
    for (let end = 1; end <= text.length; end++) {
      await dom.type(name, text.slice(0, end));
      expect((dom.named(name) as HTMLInputElement).value).toBe(text.slice(0, end));
    }
  expect(draft.value).toMatchObject({ above: "0.05", destinations: "crm, erp," });
});

test("another kind keeps what it can have, and takes the rest of its example", async () => {
  await show();
  await dom.type("kind", "offline");
  await dom.type("name", "a");
  await dom.type("severity", "low");
  await dom.type("kind", "flapping");
  expect(draft.value).toEqual({
    name: "a",
    kind: "flapping",
    count: "5",
    window: "10m",
    severity: "low",
  });
});

test("all that the server refuses stands at its fields, of a rule that is added or tried", async () => {
  await show();
  await dom.type("kind", "threshold");
  const refuse = (error: unknown) => {
    if (!(error instanceof RainhooksError)) throw error;
    return Response.json({ detail: error.message, mistakes: error.mistakes }, { status: 400 });
  };
  const read = (fields: object) => {
    try {
      const request = readRequest(REQUEST, { ...fields }, { nowMs: 0, door: "console" });
      return ruleOf(request.name, request);
    } catch (error) {
      return refuse(error);
    }
  };
  const wrong = () =>
    [...dom.document.querySelectorAll("[aria-invalid]")].map((one) => one.getAttribute("name"));
  dom.respond({
    "/console/actions/rule-add": ({ body }: SentRequest) => read(body as object),
    "/console/reads/testRule": ({ path }: SentRequest) =>
      read({ ...testedFields(path), name: "tested" }),
  });
  for (const name of ["series", "above"]) await dom.type(name, "");
  for (const [name, text] of Object.entries({ name: "Attic!", for: "soon", where: "node.id ==" }))
    await dom.type(name, text);
  await dom.click("Add the rule");
  await dom.until(() => dom.text().includes("must be a duration"));
  expect(wrong().toSorted()).toEqual(["for", "name", "series", "where"]);
  expect(dom.named("series").closest("label")?.querySelector("small")?.textContent).toBe(
    "is missing.",
  );
  expect(dom.document.querySelector(".failure")).toBe(null);
  await dom.type("where", "");
  await dom.type("series", "Room.Temperature");
  await dom.click("Try it on the past");
  await dom.until(() => wrong().join() === "for");
  await dom.type("for", "5m");
  await dom.click("Try it on the past");
  await dom.until(() => dom.text().includes("is missing, and so are below and when"));
  expect(wrong()).toEqual(["above"]);
});

test("above the list of rules, and in a row of it, a button leads to the editor", async () => {
  await show();
  const rule = { name: "gone", kind: "offline", for: "10m" };
  dom.respond({
    "/console/rules/kinds": ruleKinds(),
    "/v1/watch-rules": {
      rules: [{ name: "gone", version: 1, status: "in-force", fromMs: 1, rule }],
      maintenance: [],
    },
  });
  await dom.show(() => <Rules />);
  await dom.until(() => dom.text().includes("gone"));
  const focused = () => dom.document.activeElement?.getAttribute("name");
  await dom.click("Write a rule …");
  expect([focused(), draft.value]).toEqual(["kind", {}]);
  dom.named("Add the rule").focus();
  await dom.click("Edit gone");
  await dom.until(() => focused() === "kind");
  expect(draft.value).toEqual(rule);
});
