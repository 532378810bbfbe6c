import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { callerAt } from "@rainhooks/stage/operations/caller";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { auditsTable } from "@rainhooks/stage/tables/stage-tables";
import { destinationOf } from "../destinations/destination-item.ts";
import { readSettings } from "../destinations/read-settings.ts";
import { putDestination, requireDestination } from "../destinations/store.ts";
import { attemptsTable, destinationsTable } from "../forwarding-tables.ts";
import { add, set } from "./set-destination.ts";

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
  for (const table of [destinationsTable, attemptsTable, auditsTable]) await tables.create(table);
});
afterAll(() => tables.stop());

function run(operation: typeof set, given: object) {
  const outputs = {
    stage: "dev",
    region: "eu-west-1",
    parameters: { destinations: "file:/nowhere" },
    tables: {
      destinations: destinationsTable.name,
      attempts: attemptsTable.name,
      audits: auditsTable.name,
    },
    functions: { attempts: { trigger: "queue", queueUrl: "" } },
  };
  const stage = {
    outputs,
    local: {},
    clients: { dynamodb: tables.client },
  } as unknown as StageAccess;
  const caller = { ...callerAt(stage, "console"), who: async () => "ann" };
  return operation
    .call({ id: "crm", ...given }, { stage, functions: [], extensions: [], caller, onStage: "" })
    .run({});
}
const change = (given: object) => run(set, given);

test("who adds a destination is told all that is wrong with it at once, by the names that they have written", async () => {
  const given = {
    id: "Bad ID",
    url: "ftp://x",
    where: "broken (",
    rate: "abc",
    concurrency: "-1",
    schedule: "soon",
    header: ["nohdr"],
    password: "p",
  };
  const refused = await Promise.resolve()
    .then(() => run(add, given))
    .catch((error) => error);
  const fields = refused.mistakes.map(({ field }: { readonly field: string }) => field);
  expect(fields.toSorted()).toEqual(
    ["basic", "concurrency", "header", "id", "rate", "schedule", "url", "where"].toSorted(),
  );
});

test("of two who change a destination that both have opened, the second is told, and changes nothing", async () => {
  const store = { client: tables.client, tableName: destinationsTable.name };
  const settings = readSettings({ id: "crm", url: "https://crm.example.com" });
  const { version } = await putDestination(store, destinationOf(settings, { nowMs: 1 }));
  const { value } = await change({ description: "of Ann", version });
  await expect(change({ description: "of Bob", version })).rejects.toMatchObject({
    code: "write-conflict",
    message: expect.stringMatching(
      /^Nothing was changed, because somebody else has changed crm since/,
    ),
  });
  expect((await requireDestination(store, "crm")).description).toBe("of Ann");
  const { version: next } = (value as { readonly destination: { readonly version: number } })
    .destination;
  await change({ description: "of Bob", version: next });
  await change({ description: "of a command" });
  expect((await requireDestination(store, "crm")).description).toBe("of a command");
});
