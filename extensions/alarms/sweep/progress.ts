import { GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import { TRIAL_NODE } from "@rainhooks/core/trial";
import type { Item, ItemFailure } from "@rainhooks/sinks/sink";
import type { AlarmTable } from "../alarms/alarm-table.ts";

/** What a webhook has noted of its writes, by name. Epoch milliseconds. */
export interface StoreNotes {
  /** When the events were published that it has written. */
  readonly publishedMs?: number;
  /** When it last had events of a replay. */
  readonly replayedMs?: number;
  /** See {@link failingIn}: until when events of a node that it could not write are tried again. */
  readonly [name: string]: number | undefined;
}

/**
 * How long an event can be hidden that could not be written, by the word before the id of its node. The wait
 * before each new try is no longer than the event's age and half a minute, and 15 minutes at most. What its
 * function did not hide comes back after the visibility timeout, three minutes.
 */
const HIDDEN_MS = { soon: 4 * MINUTE_MS, failing: 16 * MINUTE_MS } as const;
/** An event that is no older is tried again soon. */
const SOON_AGE_MS = 3 * MINUTE_MS;
/** In place of the id of a node, if events of more nodes fail than are noted by their ids. */
export const MANY_NODES = "";
/** Characters of a node's id by which it is noted. */
const NOTED_LENGTH = 100;

/** Returns the id by which it is noted that events of a node fail. */
export function notedId(nodeId: string): string {
  return nodeId.slice(0, NOTED_LENGTH);
}

/** Returns the notes of nodes whose events fail, and when each was made. */
export function failingIn(notes: StoreNotes) {
  return Object.entries(notes).flatMap(([name, untilMs = 0]) => {
    const [word = "", ...node] = name.split(":");
    if (!(word === "soon" || word === "failing")) return [];
    return [{ name, node: node.join(":"), untilMs, notedMs: untilMs - HIDDEN_MS[word] }];
  });
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

/** Options of {@link noteProgress}. */
export interface ProgressOptions {
  /** Returns whether anybody wants to know; asked with the time at which the batch was published. */
  readonly isWanted: (publishedMs: number) => Promise<boolean>;
  /** @defaultValue Date.now */
  readonly nowMs?: () => number;
}

/** What has been noted is noted again after this time. */
const NOTE_EVERY_MS = 15 * SECOND_MS;
/** Nodes of which one process notes by their ids that their events fail. */
const MAX_FAILING_NODES = 20;

/**
 * Returns what notes after each batch how far a webhook has come, four times a minute: when the events were
 * published that it has written, of which nodes it could not write events, and when it last had events of a
 * replay. By this a sweep knows what is not written yet. What cannot be noted is noted with the next batch.
 */
export function noteProgress<Event extends RainmakerEvent>(
  table: AlarmTable,
  webhook: string,
  { isWanted, nowMs = Date.now }: ProgressOptions,
): (items: readonly Item<Event>[], failures: readonly ItemFailure[]) => Promise<void> {
  const noted = new Map<string, number>();
  // Kept until they are over: while the table is away, they wait for the first batch with which they can be
  // noted.
  const failing = new Map<string, number>();
  return async (items, failures) => {
    const atMs = nowMs();
    dropUntil(noted, atMs - NOTE_EVERY_MS);
    dropUntil(failing, atMs);
    const failed = new Map(failures.map(({ id, error }) => [id, error]));
    const written = items.flatMap(({ id, value }) => (failed.get(id)?.permanent === false ? [] : value));
    const names = items.flatMap(({ id, value }) =>
      failed.get(id)?.permanent === false ? failingNames(value, atMs) : [],
    );
    for (const [name, untilMs] of names) failing.set(name, untilMs);
    const isReplayed = items.some(({ value }) => value.replay !== undefined);
    const found = [
      ...(isReplayed ? [{ name: "replayedMs", value: atMs, stampMs: atMs }] : []),
      ...publishedOf(written).map((value) => ({ name: "publishedMs", value, stampMs: atMs })),
      ...fewOrMany(failing).map(([name, value]) => ({ name, value, stampMs: value })),
    ];
    const due = found.filter(({ name, stampMs }) => stampMs - (noted.get(name) ?? 0) >= NOTE_EVERY_MS);
    if (due.length > 0 && (await isWanted(atMs)))
      await writeNotes(table, webhook, Object.fromEntries(due.map(({ name, value }) => [name, value])));
    for (const { name, stampMs } of due) noted.set(name, stampMs);
  };
}

function dropUntil(times: Map<string, number>, untilMs: number): void {
  for (const [name, atMs] of times) if (atMs <= untilMs) times.delete(name);
}

/** Returns when half of some events were published. Single ones may be late because they were retried. */
function publishedOf(events: readonly RainmakerEvent[]): number[] {
  const times = events.flatMap(({ replay, sentAtMs }) => (replay === undefined ? sentAtMs : []));
  return times
    .toSorted((a, b) => a - b)
    .slice(Math.floor(times.length / 2))
    .slice(0, 1);
}

function failingNames(event: RainmakerEvent, nowMs: number): [name: string, untilMs: number][] {
  const word = nowMs - event.sentAtMs <= SOON_AGE_MS ? "soon" : "failing";
  const nodes = nodesOf(event).filter((node) => node !== TRIAL_NODE);
  return nodes.map((node) => [`${word}:${notedId(node)}`, nowMs + HIDDEN_MS[word]]);
}

/** Returns notes of the nodes that fail, or that they are many. The latest come last. */
function fewOrMany(failing: ReadonlyMap<string, number>): [name: string, untilMs: number][] {
  const few = [...failing].toSorted(([, a], [, b]) => a - b);
  const nodes = new Set(few.map(([name]) => name.slice(name.indexOf(":"))));
  if (nodes.size <= MAX_FAILING_NODES) return few;
  return few.map(([name, untilMs]) => [name.slice(0, name.indexOf(":") + 1), untilMs]);
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
