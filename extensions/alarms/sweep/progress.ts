import { GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { defined } from "@rainhooks/core/collections";
import { MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import type { Item, ItemFailure } from "@rainhooks/sinks/sink";

/** What a webhook has noted of its writes. Epoch milliseconds. */
export interface StoreNotes {
  /** When the events were published that it has written. */
  readonly publishedMs?: number | undefined;
  /** When it last had events of a replay. */
  readonly replayedMs?: number | undefined;
  /** Until when events of many nodes are hidden that it could not write. */
  readonly failingUntilMs?: number | undefined;
  /** When it last could not write events, while those of many nodes are hidden. */
  readonly failedMs?: number | undefined;
}

/**
 * How long an event can be hidden that could not be written: one that is young is tried again soon. The wait
 * before each new try is no longer than the event's age and half a minute, and 15 minutes at most. What its
 * function did not hide comes back after the visibility timeout, three minutes.
 */
const HIDDEN_MS = { young: 4 * MINUTE_MS, old: 16 * MINUTE_MS } as const;
const YOUNG_MS = 3 * MINUTE_MS;
/** If one process cannot write events of more nodes at a time, alarms wait for them. */
const MAX_FAILING_NODES = 20;

/** Reads what a webhook has noted. */
export async function readNotes({ client, tableName }: TableAccess, webhook: string): Promise<StoreNotes> {
  const command = new GetItemCommand({ TableName: tableName, Key: keyOf(webhook), ConsistentRead: true });
  const { Item = {} } = await client.send(command);
  const numbers = Object.entries(Item).flatMap(([name, { N }]) =>
    N === undefined ? [] : [[name, Number(N)]],
  );
  return Object.fromEntries(numbers);
}

/** Notes something of a webhook, and keeps what else is noted of it. */
export async function writeNotes(
  { client, tableName }: TableAccess,
  webhook: string,
  notes: StoreNotes,
): Promise<void> {
  const names = Object.keys(notes);
  const values = Object.entries(notes).map(([name, value]) => [`:${name}`, { N: String(value) }]);
  await client.send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: keyOf(webhook),
      UpdateExpression: `SET ${names.map((name) => `${name} = :${name}`).join(", ")}`,
      ExpressionAttributeValues: Object.fromEntries(values),
    }),
  );
}

function keyOf(webhook: string) {
  return { subject: { S: `progress#${webhook}` }, item: { S: "progress" } };
}

/** Options of {@link noteProgress}. */
export interface ProgressOptions {
  /** Returns whether anybody wants to know; called with the time at which the batch was published. */
  readonly isWanted: (publishedMs: number) => Promise<boolean>;
  /** @defaultValue Date.now */
  readonly nowMs?: () => number;
}

/** What has been noted is noted again after this time. */
const NOTE_EVERY_MS = 15 * SECOND_MS;

/**
 * Returns what notes after each batch how far a webhook has come, four times a minute: when the events were
 * published that it has written, whether it could not write events of many nodes, and when it last had events
 * of a replay. By this a sweep knows what is not written yet. What cannot be noted is noted with a later
 * batch.
 */
export function noteProgress<Event extends RainmakerEvent>(
  table: TableAccess,
  webhook: string,
  { isWanted, nowMs = Date.now }: ProgressOptions,
): (items: readonly Item<Event>[], failures: readonly ItemFailure[]) => Promise<void> {
  const noted = new Map<string, number>();
  /** Until when events of nodes are hidden that could not be written. */
  const failing = new Map<string, number>();
  let failedMs: number | undefined;
  return async (items, failures) => {
    const atMs = nowMs();
    const failed = new Set(failures.flatMap(({ id, error }) => (error.permanent ? [] : id)));
    const isWritten = ({ id }: Item<Event>) => !failed.has(id);
    const unwritten = items.filter((item) => !isWritten(item)).map(({ value }) => value);
    noteFailing(failing, unwritten, atMs);
    if (unwritten.length > 0) failedMs = atMs;
    const isMany = failing.size > MAX_FAILING_NODES;
    const notes: StoreNotes = defined({
      publishedMs: publishedMsOf(items.filter(isWritten).map(({ value }) => value)),
      replayedMs: items.some(({ value }) => value.replay !== undefined) ? atMs : undefined,
      ...(isMany ? { failingUntilMs: Math.max(...failing.values()), failedMs } : {}),
    });
    const due = Object.entries(notes).filter(([name]) => atMs - (noted.get(name) ?? 0) >= NOTE_EVERY_MS);
    if (due.length > 0 && (await isWanted(atMs))) await writeNotes(table, webhook, Object.fromEntries(due));
    for (const [name] of due) noted.set(name, atMs);
  };
}

/** Adds the nodes of events that could not be written, and forgets those whose events have come again. */
function noteFailing(failing: Map<string, number>, events: readonly RainmakerEvent[], nowMs: number): void {
  for (const [node, untilMs] of failing) if (untilMs <= nowMs) failing.delete(node);
  for (const event of events) {
    const hiddenMs = nowMs - event.sentAtMs <= YOUNG_MS ? HIDDEN_MS.young : HIDDEN_MS.old;
    for (const node of nodesOf(event)) failing.set(node, nowMs + hiddenMs);
  }
}

/** Returns when half of some events were published. Single ones may be late because they were retried. */
function publishedMsOf(events: readonly RainmakerEvent[]): number | undefined {
  const times = events.flatMap(({ replay, sentAtMs }) => (replay === undefined ? sentAtMs : []));
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
}

/** After the last event of a replay, a sweep waits this long. */
export const REPLAY_REST_MS = 3 * MINUTE_MS;

/**
 * Lets alarms wait, as while a replay fills the tables of a webhook, or wait no more.
 *
 * @param waits False: what has filled them is done, and all of it is written.
 */
export function holdAlarms(
  table: TableAccess,
  webhook: string,
  waits: boolean,
  nowMs: number,
): Promise<void> {
  return writeNotes(table, webhook, { replayedMs: waits ? nowMs : nowMs - REPLAY_REST_MS });
}
