import { GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { MINUTE_MS, nodesOf, type RainmakerEvent, SECOND_MS, toRainhooksError } from "@rainhooks/core";
import type { Item, ItemFailure, Sink, WriteContext } from "@rainhooks/sinks";
import type { AlarmTable } from "../alarms/alarm-table.ts";

/** What a webhook has noted of its writes, by name. Epoch milliseconds. */
export interface StoreNotes {
  /** When the events were published that it has written. */
  readonly publishedMs?: number;
  /** When it last had events of a replay. */
  readonly replayedMs?: number;
  /** With {@link failingNote}: until when events of a node that it could not write are tried again. */
  readonly [name: string]: number | undefined;
}

/** The name under which it is noted that events of more nodes fail than are noted by their names. */
export const MANY_FAIL = "failing:";
/** Characters of a node's id by which it is noted. */
const NOTED_LENGTH = 100;

/** Returns the name under which it is noted that events of a node fail. */
export function failingNote(nodeId: string): string {
  return MANY_FAIL + nodeId.slice(0, NOTED_LENGTH);
}

/** Reads what a webhook has noted. */
export async function readNotes({ client, tableName }: AlarmTable, webhook: string): Promise<StoreNotes> {
  const command = new GetItemCommand({ TableName: tableName, Key: keyOf(webhook), ConsistentRead: true });
  const { Item = {} } = await client.send(command);
  const numbers = Object.entries(Item).flatMap(([name, { N }]) =>
    N === undefined ? [] : [[name, Number(N)]],
  );
  return Object.fromEntries(numbers);
}

/** Changes what a webhook has noted: what is `undefined` is forgotten. */
export async function writeNotes(
  { client, tableName }: AlarmTable,
  webhook: string,
  notes: StoreNotes,
): Promise<void> {
  const all = Object.entries(notes).map(([name, value], index) => ({ name, value, index }));
  const [set, gone] = [
    all.filter(({ value }) => value !== undefined),
    all.filter(({ value }) => value === undefined),
  ];
  const update = [
    ...(set.length === 0 ? [] : [`SET ${set.map(({ index }) => `#n${index} = :v${index}`).join(", ")}`]),
    ...(gone.length === 0 ? [] : [`REMOVE ${gone.map(({ index }) => `#n${index}`).join(", ")}`]),
  ];
  const values = set.map(({ index, value }) => [`:v${index}`, { N: String(value) }]);
  await client.send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: keyOf(webhook),
      UpdateExpression: update.join(" "),
      ExpressionAttributeNames: Object.fromEntries(all.map(({ name, index }) => [`#n${index}`, name])),
      ...(set.length === 0 ? {} : { ExpressionAttributeValues: Object.fromEntries(values) }),
    }),
  );
}

function keyOf(webhook: string) {
  return { subject: { S: `progress#${webhook}` }, item: { S: "progress" } };
}

/** Options of {@link notingProgress}. */
export interface ProgressOptions {
  /** Returns whether anybody wants to know; asked with the time at which the batch was published. */
  readonly isWanted: (publishedMs: number) => Promise<boolean>;
  /** @defaultValue Date.now */
  readonly nowMs?: () => number;
}

/** What has been noted is noted again after this time. */
const NOTE_EVERY_MS = 15 * SECOND_MS;
/** Nodes of which one process notes within a minute by their names that their events could not be written. */
const MAX_FAILING_NODES = 20;
/** How long a record can be on its way that could not be written: it is tried again after 15 minutes at most. */
export const RETRY_MS = 16 * MINUTE_MS;
/** And if a service was busy, after 30 seconds for eleven times. */
const SOON_MS = 2 * MINUTE_MS;

/**
 * Makes a sink note how far its webhook has come, four times a minute: when the events were published that it has written, of which nodes it could not
 * write events, and when it last had events of a replay. By this a sweep knows what is not written yet. If it cannot be noted, the events are written all the same.
 */
export function notingProgress<Event extends RainmakerEvent>(
  sink: Sink<Event>,
  table: AlarmTable,
  webhook: string,
  { isWanted, nowMs = Date.now }: ProgressOptions,
): Sink<Event> {
  const noted = new Map<string, number>();
  return {
    write: async (items, context) => {
      const failures = await writeOrFail(sink, items, context);
      try {
        const atMs = nowMs();
        for (const [name, sinceMs] of noted) if (atMs - sinceMs >= MINUTE_MS) noted.delete(name);
        const isDue = ([name]: [string, unknown]) => atMs - (noted.get(name) ?? 0) >= NOTE_EVERY_MS;
        const due = Object.entries(notesOf(items, failures, noted.size, atMs)).filter(isDue);
        if (due.length > 0 && (await isWanted(atMs)))
          await writeNotes(table, webhook, Object.fromEntries(due));
        for (const [name] of due) noted.set(name, atMs);
      } catch {
        // The next batch tries again.
      }
      return failures;
    },
  };
}

function notesOf(
  items: readonly Item<RainmakerEvent>[],
  failures: readonly ItemFailure[],
  notedCount: number,
  nowMs: number,
): StoreNotes {
  const failed = new Map(failures.flatMap(({ id, error }) => (error.permanent ? [] : [[id, error.code]])));
  const written = items.filter(({ id, value }) => !failed.has(id) && value.replay === undefined);
  const times = written.map(({ value }) => value.sentAtMs).toSorted((a, b) => a - b);
  // Half of them were published before. Single ones may be late because they were retried.
  const publishedMs = times[Math.floor(times.length / 2)];
  const failing = items.flatMap(({ id, value }): [string, number][] => {
    const code = failed.get(id);
    if (code === undefined) return [];
    const untilMs = nowMs + (code === "throttled" || code === "not-attempted" ? SOON_MS : RETRY_MS);
    return nodesOf(value).map((node) => [failingNote(node), untilMs]);
  });
  const isMany = notedCount + failing.length > MAX_FAILING_NODES;
  return {
    ...Object.fromEntries(isMany ? failing.map(([, untilMs]) => [MANY_FAIL, untilMs]) : failing),
    ...(items.some(({ value }) => value.replay !== undefined) ? { replayedMs: nowMs } : {}),
    ...(publishedMs === undefined ? {} : { publishedMs }),
  };
}

/** A sink that throws at a single item is not asked again. */
async function writeOrFail<Event>(
  sink: Sink<Event>,
  items: readonly Item<Event>[],
  context: WriteContext | undefined,
): Promise<readonly ItemFailure[]> {
  try {
    return await sink.write(items, context);
  } catch (thrown) {
    const [only] = items;
    if (only === undefined || items.length > 1) throw thrown;
    return [{ id: only.id, error: toRainhooksError(thrown) }];
  }
}

/** After the last event of a replay, a sweep waits this long. */
export const REPLAY_REST_MS = 3 * MINUTE_MS;

/**
 * Lets alarms wait, as while a replay fills the tables of a webhook, or wait no more.
 *
 * @param waits False: what has filled them is done, and all of it is written.
 */
export function holdAlarms(table: AlarmTable, webhook: string, waits: boolean, nowMs: number): Promise<void> {
  return writeNotes(table, webhook, { replayedMs: waits ? nowMs : nowMs - REPLAY_REST_MS });
}
