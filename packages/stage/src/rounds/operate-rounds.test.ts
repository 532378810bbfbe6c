import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { createTable } from "@rainhooks/embedded-dynamodb/test-tables";
import { callerAt } from "../operations/caller.ts";
import type { StageAccess } from "../stage-access.ts";
import { auditsTable } from "../tables/stage-tables.ts";
import { ROUND_CHECKS } from "./checks.ts";
import { roundsOperations } from "./operate-rounds.ts";
import type { RoundCheck } from "./round-check.ts";
import { startRoundWorld } from "./testing/round-world.ts";

let all: Awaited<ReturnType<typeof startRoundWorld>>;
beforeAll(async () => {
  all = await startRoundWorld();
});
afterAll(() => all.stop());

const doors: RoundCheck = {
  name: "doors",
  level: "today",
  alarmOf: () => "doors",
  description: "Doors are open.",
  toldWhen: "at once",
  find: async () => ["front", "back"].map((id) => ({ id, text: `The ${id} door is open.` })),
};
const operations = roundsOperations(async () => [...ROUND_CHECKS, doors]);

/** Calls one of the operations at a terminal. */
async function call(
  { outputs, table }: Awaited<ReturnType<typeof all.stage>>,
  name: string,
  given: object = {},
) {
  const stage = { outputs, clients: { dynamodb: table.client } } as unknown as StageAccess;
  const caller = { ...callerAt(stage, "console"), who: () => Promise.resolve("bob") };
  const operation = operations.find((one) => one.name === name);
  if (operation === undefined) throw new Error(name);
  const place = { stage, functions: [], extensions: [], caller, onStage: "" };
  return operation.call({ ...given }, place);
}

it("what stands open is listed, and only what is silenced is told to nobody", async () => {
  const stage = await all.stage();
  all.world.nowMs = Date.now();
  const list = async () => (await (await call(stage, "listRounds")).run({})).text;
  expect(await list()).toBe("No round was made yet. Nothing stands open.");
  const { roundsWriter } = await import("./rounds-items.ts");
  const untilMs = all.world.nowMs + 3_600_000;
  await roundsWriter(stage.table).silence({ alarm: "doors", id: "front", untilMs });
  await stage.round([doors]);
  expect(all.told.map(({ reason }) => reason.split(" Seen")[0])).toEqual([
    "The back door is open.",
  ]);
  const text = await list();
  expect(text).toMatch(/^alarm +id +since \(UTC\) +told \(UTC\) +what$/m);
  expect(text).toMatch(/^doors +front .* not yet +The front door is open\.$/m);
  expect(text).toMatch(/\nThe last round was at .* UTC\.\nSilent: doors of front until .* UTC\.$/);
});

it("a silence ends by its time or by an operation; what the rounds do not have is refused", async () => {
  const { outputs, ...stage } = await all.stage();
  await createTable(stage.table.client, auditsTable.name, auditsTable);
  const tables = { ...outputs.tables, audits: auditsTable.name };
  const audited = { ...stage, outputs: { ...outputs, tables } };
  const silence = (given: object) => call(audited, "silenceRounds", { for: "8h", ...given });
  await expect(silence({ alarm: "nothing-in", for: "31d" })).rejects.toThrow("30d");
  await expect((await silence({ alarm: "nothing" })).run({})).rejects.toThrow(
    /an alarm of the rounds: nothing-in, topic-silent/,
  );
  expect((await (await silence({ alarm: "doors", id: "front" })).run({})).text).toMatch(
    /^doors of front is silent until/,
  );
  const end = async (given: object) => (await call(audited, "unsilenceRounds", given)).run({});
  await expect(end({ alarm: "doors" })).rejects.toThrow("doors is not silent.");
  expect((await end({ alarm: "doors", id: "front" })).text).toBe(
    "doors of front is not silent any more.",
  );
});

it("a stage without rounds says so", async () => {
  const { outputs, ...stage } = await all.stage();
  const without = { ...stage, outputs: { ...outputs, rounds: undefined } };
  await expect((await call(without, "listRounds")).run({})).rejects.toThrow(
    "Stage test makes no rounds: only production stages do.",
  );
});
