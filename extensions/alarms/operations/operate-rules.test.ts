import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { callerAt } from "@rainhooks/stage/operations/caller";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { auditsTable } from "@rainhooks/stage/tables/stage-tables";
import { watchRulesTable } from "../watch-tables.ts";
import { RULE_OPERATIONS } from "./operate-rules.ts";

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
  for (const table of [watchRulesTable, auditsTable]) await tables.create(table);
});
afterAll(() => tables.stop());

async function run(name: string, given: object): Promise<object> {
  const names = { [watchRulesTable.name]: watchRulesTable.name, audits: auditsTable.name };
  const outputs = { stage: "dev", tables: names };
  const stage = { outputs, clients: { dynamodb: tables.client } } as unknown as StageAccess;
  const caller = { ...callerAt(stage, "console"), who: async () => "ann" };
  const operation = RULE_OPERATIONS.find((one) => one.name === name);
  if (operation === undefined) throw new Error(`There is no operation ${name}.`);
  const call = operation.call(
    { ...given },
    { stage, functions: [], extensions: [], caller, onStage: "" },
  );
  return (await call.run({})).value;
}

const RULE = { name: "gone", kind: "offline" };

it("of two who replace a rule that both have opened, the second is told, and changes nothing", async () => {
  expect(await run("rule-add", { ...RULE, for: "1m" })).toMatchObject({ version: 1 });
  expect(await run("rule-add", { ...RULE, for: "2m", version: 1 })).toMatchObject({ version: 2 });
  const conflict = {
    code: "write-conflict",
    message: expect.stringContaining("has version 2, not 1"),
  };
  await expect(run("rule-add", { ...RULE, for: "3m", version: 1 })).rejects.toMatchObject(conflict);
  expect(await run("showRule", { name: "gone" })).toMatchObject({
    states: [{ version: 1 }, { version: 2 }],
  });
  expect(await run("rule-add", { ...RULE, for: "4m" })).toMatchObject({ version: 3 });
});

it("a rule that was removed meanwhile does not come back by a change of what it was", async () => {
  await run("rule-add", { ...RULE, name: "short", for: "1m" });
  await run("rule-rm", { name: "short" });
  const removed = { code: "write-conflict", message: expect.stringContaining("it was removed") };
  await expect(
    run("rule-add", { ...RULE, name: "short", for: "2m", version: 1 }),
  ).rejects.toMatchObject(removed);
});
