import { type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { callerAt, type Door } from "@rainhooks/stage/operations/caller";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { auditsTable } from "@rainhooks/stage/tables/stage-tables";
import { minutesOf, PlayedStage } from "../testing/played-stage.ts";
import { alarmsTable, watchRulesTable } from "../watch-tables.ts";
import { ALARM_OPERATIONS } from "./operate-alarms.ts";

const START_MS = Date.UTC(2026, 10, 24);
const NODES = ["n0", "n1"];

let tables: TestTables;
let played: PlayedStage;
/** Whether writes of alarms are throttled. */
let isThrottled = false;
beforeAll(async () => {
  tables = await startTables();
  await tables.create(auditsTable);
  played = await PlayedStage.start(tables, "s", START_MS);
  await played.addRule({ name: "gone", kind: "offline", for: "10m" });
  played.nowMs = START_MS + 60_000;
  await played.write(NODES.flatMap((node) => minutesOf(node, START_MS, -1)));
  played.nowMs = START_MS + 14 * 60_000;
  await played.sweep();
});
afterAll(() => tables?.stop());

const throttled = new RainhooksError("throttled", "Slow down.");
const client = () =>
  new Proxy(tables.client, {
    get: (target, name) => {
      if (name !== "send") return Reflect.get(target, name);
      return async (...[command]: Parameters<DynamoDBClient["send"]>) => {
        const isAlarm =
          command instanceof PutItemCommand &&
          command.input.TableName === played.nameOf(alarmsTable);
        if (isThrottled && isAlarm) throw throttled;
        return await target.send(command);
      };
    },
  });

function ack(ids: readonly string[], door: Door) {
  const names = Object.fromEntries(
    [alarmsTable, watchRulesTable].map((one) => [one.name, played.nameOf(one)]),
  );
  const outputs = { stage: "dev", tables: { ...names, audits: auditsTable.name } };
  const stage = { outputs, clients: { dynamodb: client() } } as unknown as StageAccess;
  const caller = { ...callerAt(stage, door), who: async () => "ann" };
  return ALARM_OPERATIONS[0]
    .call({ ids }, { stage, functions: [], extensions: [], caller, onStage: "" })
    .run({});
}

it("on a page, a change of several alarms of which none was changed has failed; a terminal lists them", async () => {
  const alarms = (await Promise.all(NODES.map((node) => played.alarmsOf(node)))).flat();
  const ids = alarms.map(({ alarmId }) => alarmId);
  expect(ids).toHaveLength(2);
  isThrottled = true;
  await expect(ack(ids, "console")).rejects.toBe(throttled);
  expect(await ack(ids, "terminal")).toMatchObject({ failed: true, value: { failed: 2 } });
  isThrottled = false;
  await played.write(NODES.flatMap((node) => minutesOf(node, START_MS, 15)));
  await played.play(2);
  await expect(ack(ids, "console")).rejects.toThrow("None of these alarms is open any more.");
  expect(await ack(ids, "terminal")).toMatchObject({ value: { ended: 2 } });
});
