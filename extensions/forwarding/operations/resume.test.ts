import { afterAll, afterEach, beforeAll, expect, it } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { createJob, listJobs, newJob } from "@rainhooks/stage/operate/replay/job-store";
import { callerAt } from "@rainhooks/stage/operations/caller";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { auditsTable, replaysTable } from "@rainhooks/stage/tables/stage-tables";
import { destinationOf } from "../destinations/destination-item.ts";
import { readSettings } from "../destinations/read-settings.ts";
import { setState } from "../destinations/set-state.ts";
import { putDestination, readAll, removeDestination } from "../destinations/store.ts";
import { attemptsTable, destinationsTable } from "../forwarding-tables.ts";
import { noteJob } from "../pauses/change.ts";
import { widenPause } from "../pauses/widen.ts";
import { resume } from "./resume.ts";
import { remove } from "./set-destination.ts";

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
  for (const table of [destinationsTable, replaysTable, auditsTable]) await tables.create(table);
});
afterEach(() => removeDestination(store(), "crm"));
afterAll(() => tables.stop());

const store = () => ({ client: tables.client, tableName: destinationsTable.name });

/**
 * Stops a destination of a stage whose archive has nothing; returns where operations are called
 * there.
 */
async function stoppedAt(
  state: "paused" | "disabled",
  archive: object = { archive: { bucket: "none" } },
) {
  const settings = readSettings({ id: "crm", url: "https://example.com" });
  await putDestination(store(), destinationOf(settings, { nowMs: 0 }));
  await setState(store(), "crm", { state, reason: "a test", atMs: 1 });
  const outputs = {
    stage: "dev",
    region: "eu-west-1",
    parameters: { destinations: "file:/nowhere/destinations" },
    tables: {
      destinations: destinationsTable.name,
      attempts: attemptsTable.name,
      replays: replaysTable.name,
      audits: auditsTable.name,
    },
    functions: { attempts: { trigger: "queue", queueUrl: "" } },
    ...archive,
  };
  const stage = {
    outputs,
    local: {},
    clients: { dynamodb: tables.client },
  } as unknown as StageAccess;
  const caller = { ...callerAt(stage, "terminal"), who: async () => "ann" };
  return { stage, functions: [], extensions: [], caller, onStage: "" };
}

it("the plan of a resumption without what was missed reads no archive, and asks nothing", async () => {
  const place = await stoppedAt("paused");
  expect(await resume.call({ id: "crm", skipMissed: true }, place).plan({})).toMatchObject({
    text: "crm would be active. What it missed would not be sent.",
    question: undefined,
  });
  // The plan of what it missed needs what this stage has not.
  await expect(resume.call({ id: "crm" }, place).plan({})).rejects.toThrow("forward");
});

it.each(["paused", "disabled"] as const)(
  "without an archive, dead letters of a %s destination are redriven by their code",
  async (state) => {
    const call = resume.call({ id: "crm" }, await stoppedAt(state, {}));
    const { text } = await call.plan({});
    expect(text).toContain(`dlq redrive attempts --only destination-${state}\n`);
    expect((await call.run({})).text).toBe(`crm is active.\n\n${text}`);
  },
);

it("a destination that is removed leaves no replay of what it missed that seems to run", async () => {
  const place = await stoppedAt("paused");
  const [pause] = (await readAll(store())).pauses;
  if (pause === undefined) throw new Error("It is not paused.");
  const table = { client: tables.client, tableName: replaysTable.name };
  const request = { webhook: "forward", fromMs: 0, toMs: 1, rate: 1, maxDeadLetters: 1 };
  const hours = { first: "2026-11-01-00", last: "2026-11-01-00", late: [] };
  const given = { request, hours, planned: 0, startedBy: "me", nowMs: 1 };
  // Its process was killed: nobody goes on with it.
  for (const id of ["killed", "killed-late"]) await createJob(table, newJob(id, given));
  await widenPause(store(), pause, { fromMs: 0, toMs: 60_000 });
  expect(await noteJob(store(), pause, "killed")).toBe(true);
  expect((await remove.call({ id: "crm" }, place).run({})).value).toEqual({ removed: "crm" });
  expect((await listJobs(table)).map(({ state }) => state)).toEqual(["cancelled", "cancelled"]);
  expect(await readAll(store())).toMatchObject({ destinations: [], pauses: [] });
});
