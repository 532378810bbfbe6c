import { expect, test } from "@jest/globals";
import { TRIAL_NODE } from "@rainhooks/core/trial";
import { SHIPPED_CONTENTS } from "@rainhooks/infra/contents";
import { operatorStatements } from "@rainhooks/infra/policies/operator";
import { type CallContext, isAllowed } from "@rainhooks/infra/testing/is-allowed";
import { dev } from "@rainhooks/infra/testing/stages";
import { seriesKey, seriesListKey } from "@rainhooks/time-series/series-keys";

const STATEMENTS = operatorStatements(dev, SHIPPED_CONTENTS, ["doctor"]);
const may = (action: string, resource: string, context?: CallContext) =>
  isAllowed(STATEMENTS, action, `arn:aws:${resource}`, context);

test("who runs the doctor may delete items of its node alone", async () => {
  const mayDelete = (table: string, key: string) =>
    may("dynamodb:DeleteItem", `dynamodb:us-east-1:123456789012:table/rainhooks-dev-${table}`, {
      "dynamodb:LeadingKeys": [key],
    });
  const ownKeys = [
    ["node-status", TRIAL_NODE],
    ["node-timeline-b", TRIAL_NODE],
    ["time-series", seriesListKey(TRIAL_NODE)],
  ] as const;
  for (const [table, key] of ownKeys)
    expect([table, await mayDelete(table, key)]).toEqual([table, true]);
  for (const node of ["kitchen", `${TRIAL_NODE}2`]) {
    expect(await mayDelete("node-status", node)).toBe(false);
    expect(await mayDelete("time-series", seriesKey(node, "Trial.value"))).toBe(false);
    expect(await mayDelete("attempts", node)).toBe(false);
  }
});

test("who runs the doctor may change deliveries of the archive, and no other objects", async () => {
  const mayPut = (key: string) => may("s3:PutObject", `s3:::rainhooks-dev-archive-1/${key}`);
  expect(await mayPut("deliveries/2026/11/24/08/x.gz")).toBe(true);
  for (const key of ["errors/2026/x", "work/verify/x"]) expect(await mayPut(key)).toBe(false);
});

test("who runs the doctor may invoke webhooks, and no other function", async () => {
  const mayInvoke = (name: string) =>
    may("lambda:InvokeFunction", `lambda:us-east-1:123456789012:function:rainhooks-dev-${name}`);
  expect(await mayInvoke("node-status")).toBe(true);
  for (const name of ["store-work", "query-api"]) expect(await mayInvoke(name)).toBe(false);
});
