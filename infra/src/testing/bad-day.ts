import { ForwardWorld } from "@rainhooks/app-e2e/forward-world";
import { MINUTE_MS } from "@rainhooks/core";
import type { TestTables } from "@rainhooks/embedded-dynamodb";
import { attemptsTable, copiesTable, destinationsTable } from "@rainhooks/forwarding";
import { startReceiver } from "@rainhooks/testing";
import { type DataPoint, pointsIn } from "./alarm-evaluator.ts";
import { type Fault, playOutage } from "./played-outage.ts";

/** A fault of the bad day, and what it is called. */
export type NamedFault = Fault & { readonly name: string; readonly minutes: readonly [number, number] };

/** When the bad day begins, epoch milliseconds. */
export const BAD_DAY_MS = Date.UTC(2026, 10, 26);
/** Length of the part of it that is played. */
export const BAD_DAY_MINUTES = 360;

const RECEIVER_DOWN = { name: "a receiver is down", minutes: [300, 345] } as const;
/** When somebody lets its destination get events again. */
const RESUMED_MINUTE = 350;

/** What goes wrong, one after the other. */
export const BAD_DAY: readonly NamedFault[] = [
  { name: "DynamoDB is away", minutes: [30, 70], down: ["dynamodb"] },
  { name: "a producer sends what nobody can read", minutes: [100, 120], poison: 10 },
  { name: "a deployment breaks node-status", minutes: [150, 185], broken: "node-status" },
  { name: "one node sends ten times a second", minutes: [225, 245], flood: 600 },
  RECEIVER_DOWN,
];

/** Plays the bad day; returns its metrics. */
export async function playBadDay(tables: TestTables): Promise<DataPoint[]> {
  const range = { startMs: BAD_DAY_MS, minutes: BAD_DAY_MINUTES };
  const points = await playOutage(tables, BAD_DAY, range);
  return [...points, ...(await playReceiver(tables))];
}

/** Sends an alert each minute to a receiver that is down for a time. */
async function playReceiver(tables: TestTables): Promise<DataPoint[]> {
  for (const table of [attemptsTable, copiesTable, destinationsTable]) await tables.create(table);
  const world = new ForwardWorld(tables, { archived: ["rmaker.event.alert"] });
  const [from, to] = RECEIVER_DOWN.minutes;
  const isDown = () =>
    world.nowMs >= BAD_DAY_MS + from * MINUTE_MS && world.nowMs < BAD_DAY_MS + to * MINUTE_MS;
  const receiver = await startReceiver((_, response) => response.writeHead(isDown() ? 503 : 204).end());
  try {
    await world.add(receiver.url, { id: "crm" }, {}, 0);
    while (world.nowMs < BAD_DAY_MS + BAD_DAY_MINUTES * MINUTE_MS) {
      world.alert(`n${world.published.length}`);
      await world.run(MINUTE_MS);
      if (world.nowMs === BAD_DAY_MS + RESUMED_MINUTE * MINUTE_MS) await world.resume("crm");
    }
  } finally {
    world.stop();
    await receiver.stop();
  }
  const lines = world.lines.filter((line) => line.includes('"_aws"'));
  return [...world.metricLines, ...lines].flatMap(pointsIn);
}
