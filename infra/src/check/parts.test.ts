import { describe, expect, it, test } from "@jest/globals";
import { SHIPPED } from "@rainhooks/app-list";
import { EXTENSIONS } from "@rainhooks/app-list/extensions";
import { resources, type StackJson } from "@rainhooks/stack/stack-json";
import { defineWebhook } from "@rainhooks/webhook/define";
import { defineFunction } from "@rainhooks/webhook/define-function";
import type { StageConfig } from "../config.ts";
import { SHIPPED_CONTENTS } from "../contents.ts";
import { synthesize } from "../synthesize.ts";
import { dev } from "../testing/stages.ts";
import { partsNeededBy, partsOf } from "./parts.ts";

const STORES = ["archive", "node-status", "time-series"];
const variant = (change: Partial<StageConfig>, contents = SHIPPED_CONTENTS) =>
  synthesize({ ...dev, ...change }, contents).stack;
const functionsIn = (stack: StackJson) =>
  resources(stack, "aws_lambda_function").map(([, { function_name }]) => String(function_name));
const tablesIn = (stack: StackJson) =>
  resources(stack, "aws_dynamodb_table").map(([, { name }]) => String(name));
const all = synthesize(dev).stack;

it("every function that comes with Rainhooks belongs to a part, or is there only for those who ask for it", () => {
  const always = SHIPPED.filter(({ part, optional }) => part === undefined && optional !== true);
  expect(always.map(({ name }) => name)).toEqual(["rounds"]);
  const own = ["archive", "node-status", "time-series", "hello", "query-api"];
  const withTables = EXTENSIONS.filter(({ tables }) => tables).map(({ name }) => name);
  expect(partsOf(SHIPPED)).toEqual(expect.arrayContaining([...own, ...withTables]));
});

describe("a stage of the three stores alone", () => {
  const stack = variant({ parts: STORES });

  it("a stage of the three stores has their functions, their tables and nothing of the other parts", () => {
    expect(functionsIn(stack)).toEqual(STORES.map((name) => `rainhooks-dev-${name}`));
    const text = JSON.stringify(stack.resource);
    for (const other of [
      "attempts",
      "destinations",
      "fleet-samples",
      "query-api",
      "hello",
      "function:watch",
      "watch-rules",
      "table-slots",
    ])
      expect([other, text.includes(other)]).toEqual([other, false]);
  });

  it("a stage of the three stores has the tables that its functions use, none of other parts, and no spare table", () => {
    const names = tablesIn(stack).map((name) => name.replace("rainhooks-dev-", ""));
    expect(names.filter((name) => name.endsWith("-b"))).toEqual([]);
    expect(names.sort()).toEqual([
      "archive-hours",
      "audits",
      "filter-rules",
      "node-status",
      "node-timeline",
      "time-series",
      "time-series-rollups",
    ]);
  });

  it("a stage of the three stores has each resource as a stage with all parts has it, except tables of other parts", () => {
    const ofOthers =
      /^(?:rainhooks-dev-|\$\{aws_dynamodb_table\.table-)(?:alarms|table-slots|watch-rules|[\w-]+-b)\b/;
    const revive = (_: string, value: unknown): unknown => {
      if (typeof value === "string" && value.startsWith("{"))
        return JSON.stringify(JSON.parse(value, revive));
      if (typeof value === "string") return ofOthers.test(value) ? undefined : value;
      if (!Array.isArray(value)) return value;
      return value.filter((one) => one !== undefined && one.Resource?.length !== 0);
    };
    const known = (one: unknown) => JSON.parse(JSON.stringify(one), revive);
    for (const type of ["aws_lambda_function", "aws_sqs_queue", "aws_iam_role_policy"])
      for (const [id, own] of resources(stack, type))
        expect([id, own]).toEqual([id, known(all.resource[type]?.[id])]);
  });

  it("each table has the keys that it has with all parts, and no index that only another part reads", () => {
    const indexesOf = (table: unknown) =>
      (table as { readonly global_secondary_index: readonly { readonly name: string }[] })
        .global_secondary_index ?? [];
    const ofOthers = new Set<string>();
    for (const [id, own] of resources(stack, "aws_dynamodb_table")) {
      const whole = all.resource["aws_dynamodb_table"]?.[id];
      const { attribute: _, global_secondary_index: __, ...rest } = own as Record<string, unknown>;
      expect([id, whole]).toEqual([id, expect.objectContaining(rest)]);
      const names = new Set(indexesOf(own).map(({ name }) => name));
      for (const { name } of indexesOf(whole)) if (!names.has(name)) ofOthers.add(name);
    }
    expect([...ofOthers]).toEqual(["by-mark"]);
  });
});

const partOfStack = (stack: StackJson) => functionsIn(stack).length + tablesIn(stack).length;

test.each(partsOf(SHIPPED))(
  "a stage can be without %s, or the sentence says which part needs it",
  (part) => {
    const parts = partsOf(SHIPPED).filter((one) => one !== part);
    const user = parts.find((one) => partsNeededBy(one, SHIPPED).includes(part));
    if (user !== undefined)
      expect(() => variant({ parts })).toThrow(
        `Stage dev: parts: ${user} needs ${part}: add it, or leave ${user} out.`,
      );
    else expect(partOfStack(variant({ parts }))).toBeLessThan(partOfStack(all));
  },
);

const needsNone = (part: string) => partsNeededBy(part, SHIPPED).length === 0;

test("of all parts, alarms alone need another one: node status", () => {
  const needs = partsOf(SHIPPED).map((part) => [part, ...partsNeededBy(part, SHIPPED)]);
  expect(needs.filter((one) => one.length > 1)).toEqual([["alarms", "node-status"]]);
});

test.each(partsOf(SHIPPED).filter(needsNone))("a stage can have %s alone", (part) => {
  expect(partOfStack(variant({ parts: [part] }))).toBeGreaterThan(1);
});

test.each<[Partial<StageConfig>, string]>([
  [{ parts: ["forward"] }, "forward is a function of the part forwarding: write that"],
  [{ parts: ["archives"] }, "parts: unknown part archives (known: archive, node-status"],
  [
    { parts: STORES, functions: { hello: { memoryMiB: 256 } } },
    "functions.hello has no effect: parts has no hello",
  ],
  [
    { parts: ["forwarding"], dropData: ["watch"] },
    "dropData: parts has no alarms, so watch has no data to drop; name alarms for those of the last deployment",
  ],
  [{ parts: [] }, "parts: name one, or leave parts out for all of archive, node-status"],
])("%j is refused", (change, message) => {
  expect(() => variant(change)).toThrow(message);
});

it("webhooks of the owner are in every stage", () => {
  const bell = defineWebhook({
    name: "bell",
    description: "Rings.",
    events: ["rmaker.event.alert"],
  });
  const contents = {
    functions: [...SHIPPED_CONTENTS.functions, bell],
    bundleZip: (name: string) => SHIPPED_CONTENTS.bundleZip(name === "bell" ? "hello" : name),
  };
  expect(functionsIn(variant({ parts: ["archive"] }, contents))).toContain("rainhooks-dev-bell");
});

it("a function that is there only for those who ask for it needs nothing before", () => {
  const resources = {
    attempts: { kind: "queue", env: "ATTEMPTS", queue: "attempts", actions: ["sqs:SendMessage"] },
  } as const;
  const mine = defineFunction({
    trigger: "invocation",
    name: "mine",
    description: "Sends.",
    optional: true,
    resources,
  });
  const contents = { ...SHIPPED_CONTENTS, functions: [...SHIPPED_CONTENTS.functions, mine] };
  expect(functionsIn(variant({ parts: ["archive"] }, contents))).not.toContain(
    "rainhooks-dev-mine",
  );
  const asked = { parts: ["archive"], functions: { mine: { deployed: true } } };
  expect(() => variant(asked, contents)).toThrow("parts: mine needs forwarding");
});
