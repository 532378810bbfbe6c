import { attempts } from "@rainhooks/app-attempts/worker";
import { forward } from "@rainhooks/app-forward/webhook";
import { retries } from "@rainhooks/app-retries/worker";
import { assumptions, forwardBill, PRICE, replayBill } from "@rainhooks/capacity";
import { DAY_MS, SECOND_MS } from "@rainhooks/core";
import { startTables } from "@rainhooks/embedded-dynamodb";
import { destinationsTable, type MissedEvents, missedEvents, readPause } from "@rainhooks/forwarding";
import { formatTable } from "@rainhooks/terminal";
import { gate } from "../gate.ts";

const NODES = 1_000_000;
/** The destination wants alerts and connects. */
const PER_NODE_AND_DAY = 3;
const PER_S = Math.round((NODES * PER_NODE_AND_DAY * SECOND_MS) / DAY_MS);
const DAYS = 7;
/** Copies of the function that see its events by turns. */
const FUNCTIONS = [1, 5, 20];
/** Events of a batch were published up to this long before it is handled. */
const MAX_AGE_MS = 2 * SECOND_MS;
const PER_CALL = 10;
const MAX_RATES = [50, 500];
const KEY = { destination: "crm", pauseId: "20261119-000000-0000" };

/**
 * Plays a day in which a destination of a large fleet is paused, with the code that keeps what it misses, and computes a week of it and what
 * comes after, beside storing each event.
 */
export async function benchMissed(): Promise<string> {
  const writes = new Map<number, number>();
  for (const functions of FUNCTIONS) writes.set(functions, await playDay(functions));
  const events = NODES * PER_NODE_AND_DAY * DAYS;
  return [
    `A destination that is paused for ${DAYS} days, ${PER_S} events/s for it: a fleet of ${NODES.toLocaleString("en-US")} nodes`,
    formatTable(
      ["copies of the function", "writes a day", "a week", "$"],
      FUNCTIONS.map((functions) => {
        const week = DAYS * (writes.get(functions) ?? 0);
        return [functions, writes.get(functions) ?? 0, week, Number((week * PRICE.dynamoWrite).toFixed(3))];
      }),
    ),
    "",
    formatTable(
      ["what is needed until all has been sent once", "$"],
      waysOf(events, DAYS * (writes.get(5) ?? 0)).map(([name, dollars]) => [
        name,
        Number(dollars.toFixed(2)),
      ]),
    ),
    "",
    ...MAX_RATES.map((rate) => {
      const hours = events / rate / 3600;
      return `Sending ${events.toLocaleString("en-US")} events at ${rate} per second takes ${hours.toFixed(0)} hours.`;
    }),
  ].join("\n");
}

/** Lets some functions keep what is missed for a day, one batch a second; returns their writes. */
async function playDay(functions: number): Promise<number> {
  const tables = await startTables();
  await tables.create(destinationsTable);
  let calls = 0;
  const client = new Proxy(tables.client, {
    get: (target, name) => {
      if (name !== "send") return Reflect.get(target, name);
      return (command: Parameters<typeof target.send>[0]) => {
        calls += 1;
        return target.send(command);
      };
    },
  });
  const store = { client, tableName: destinationsTable.name };
  const copies: MissedEvents[] = Array.from({ length: functions }, () => missedEvents(store));
  for (let atMs = 0; atMs < DAY_MS; atMs += SECOND_MS) {
    const publishedMs = [Math.max(0, atMs - MAX_AGE_MS), atMs];
    await copies[(atMs / SECOND_MS) % functions]?.note(KEY, undefined, publishedMs);
  }
  const pause = await readPause({ client: tables.client, tableName: destinationsTable.name }, KEY);
  await tables.stop();
  const { fromMs, toMs } = pause?.missed ?? {};
  gate(fromMs === 0 && toMs === DAY_MS, `${functions} functions keep the whole day`);
  return calls;
}

/** Returns what each way costs, besides the attempts themselves and their log. */
function waysOf(events: number, writes: number): (readonly [string, number])[] {
  const queued = (times: number) => ((times * events) / PER_CALL) * PRICE.sqsRequest;
  const objects = assumptions.OBJECTS_PER_HOUR * 24 * DAYS;
  const volume = { objects, bytesByClass: new Map(), matched: events, byType: new Map() };
  const replay = Object.values(replayBill(forward, volume)).reduce((sum, one) => sum + one, 0);
  // A worker handles each event once more than in the other ways, without a request.
  const passing = { ...attempts, load: attempts.load && { ...attempts.load, recordWaitMs: 0 } };
  const refused =
    forwardBill({ attempts: passing, retries }, { events, waitsS: [] })["attempts (function)"] ?? 0;
  const units = 2 * Math.ceil(assumptions.ENVELOPE_BYTES / 1024);
  const stored = (events * assumptions.ENVELOPE_BYTES * DAYS) / assumptions.DAYS / 2 / 1e9;
  return [
    [
      "a range of time, and the archive that is there",
      writes * PRICE.dynamoWrite + replay + events * PRICE.dynamoRead + queued(3),
    ],
    // Sent, received and moved to the dead letters; redriven, received and deleted.
    ["dead letters of a queue, for up to 14 days", queued(7) + refused],
    [
      "an item in a table each, written, read and deleted",
      events * (units * PRICE.dynamoWrite + PRICE.dynamoRead) + stored * PRICE.dynamoGbMonth,
    ],
  ];
}
