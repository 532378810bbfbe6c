import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { expect, it } from "@jest/globals";
import { eachStage, type PlayedStage } from "../testing/played-stage.ts";
import { readWatchRules, versionsOf } from "./rule-store.ts";

let stage: PlayedStage;
eachStage(Date.UTC(2026, 10, 24), [{ name: "gone", kind: "offline", for: "10m" }], (one) => {
  stage = one;
});

it("a stored rule of a kind that is not known finds nothing, and keeps no other rule from it", async () => {
  const { client, tableName } = stage.tables.rules;
  const rule = {
    name: "bad-firmware",
    kind: "unheard-of",
    severity: "medium",
    windowMs: 86_400_000,
  };
  const states = JSON.stringify([{ fromMs: 0, version: 1, status: "in-force", rule }]);
  const Item = { name: { S: rule.name }, revision: { N: "1" }, states: { S: states } };
  await client.send(new PutItemCommand({ TableName: tableName, Item }));
  const { rules } = await readWatchRules(stage.tables.rules);
  expect(rules.map((one) => [one.name, versionsOf(one).length])).toEqual([
    ["bad-firmware", 0],
    ["gone", 1],
  ]);
  expect(await stage.sweep()).toMatchObject({ behindMs: 0 });
});
