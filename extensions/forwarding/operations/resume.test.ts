import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { callerAt } from "@rainhooks/stage/operations/caller";
import type { StageAccess } from "@rainhooks/stage/reached";
import { destinationOf } from "../destinations/destination-item.ts";
import { readSettings } from "../destinations/read-settings.ts";
import { setState } from "../destinations/set-state.ts";
import { putDestination } from "../destinations/store.ts";
import { attemptsTable, destinationsTable } from "../forwarding-tables.ts";
import { resume } from "./resume.ts";

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
  await tables.create(destinationsTable);
});
afterAll(() => tables.stop());

it("the plan of a resumption without what was missed reads no archive, and asks nothing", async () => {
  const store = { client: tables.client, tableName: destinationsTable.name };
  const settings = readSettings({ id: "crm", url: "https://example.com" });
  await putDestination(store, destinationOf(settings, { nowMs: 0 }));
  await setState(store, "crm", { state: "paused", reason: "a test", atMs: 1, from: ["active"] });
  const names = { destinations: destinationsTable.name, attempts: attemptsTable.name };
  const outputs = {
    ...{
      stage: "dev",
      region: "eu-west-1",
      tables: names,
      parameters: { destinations: "/dev/destinations/" },
    },
    ...{ functions: { attempts: { trigger: "queue", queueUrl: "" } }, archive: { bucket: "none" } },
  };
  const stage = { outputs, clients: { dynamodb: tables.client } } as unknown as StageAccess;
  const place = { stage, functions: [], caller: callerAt(stage, "terminal"), onStage: "" };
  expect(await resume.call({ id: "crm", skipMissed: true }, place).plan({})).toMatchObject({
    text: "crm would be active. What it missed would not be sent.",
    question: undefined,
  });
  // The plan of what it missed needs what this stage has not.
  await expect(resume.call({ id: "crm" }, place).plan({})).rejects.toThrow("forward");
});
