import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { isConditionTrue } from "@rainhooks/dynamodb/condition";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import type { RollupReader } from "@rainhooks/time-series/rollups";
import type { Outage } from "../outage/hold.ts";
import type { WatchRules } from "../rules/rule-store.ts";
import type { HistoryReader, NodeRecord } from "../stores/node-record.ts";

/** The tables of a stage that a sweep reads and writes. */
export interface SweepTables {
  readonly rules: TableAccess;
  readonly alarms: TableAccess;
  readonly nodes: HistoryReader;
  readonly series: Pick<RollupReader, "client" | "tableName">;
}

/**
 * What a sweep knows when it begins. Its steps change nothing of it: they return what they have
 * done.
 */
export interface SweepStart {
  readonly tables: SweepTables;
  readonly rules: WatchRules;
  /** The time as of which alarms are evaluated, epoch milliseconds. */
  readonly nowMs: number;
  /** Whether alarms of series wait for their store. */
  readonly doSeriesWait: boolean;
  /** What earlier sweeps of the same process have evaluated. */
  readonly memory: SweepMemory;
  /** Returns whether there is time for another piece of work. */
  readonly hasTime: () => boolean;
  /**
   * Number of candidates that are evaluated before their messages are sent and their pass is noted.
   */
  readonly pieceSize: number;
}

/** What a sweep knows when outages are evaluated: with it, nodes and series are. */
export interface Sweep extends SweepStart {
  /** Outages that last or have ended lately. */
  readonly outages: readonly Outage[];
  /** All nodes; absent if no outage had to be evaluated. */
  readonly fleet?: ReadonlyMap<string, NodeRecord> | undefined;
}

/**
 * The passes of a sweep, in their order: what changed, and for each severity what is due by its
 * rules.
 */
export const PASSES = ["critical", "changes", "high", "medium", "low"] as const;

/** A pass of a sweep. */
export type Pass = (typeof PASSES)[number];

/** How far a pass has come. Times are epoch milliseconds. */
export interface PassState {
  /** Everything up to this time has been evaluated; absent before the first round has ended. */
  readonly sweptMs?: number | undefined;
  /** When its first round began. */
  readonly sinceMs?: number | undefined;
  /**
   * The round that has begun and not ended, and up to which of its subjects it has come, in their
   * order.
   */
  readonly round?: { readonly startedMs: number; readonly after: string } | undefined;
}

/** What a sweep leaves for the next one. */
export interface SweepState {
  readonly passes: Readonly<Partial<Record<Pass, PassState>>>;
  /** How far the stores had come that it reads, by the names of their webhooks. */
  readonly stores?: Readonly<Record<string, SweptStoreState>> | undefined;
  /** Since when all alarms wait for a store, epoch milliseconds; absent if they do not wait. */
  readonly waitingSinceMs?: number | undefined;
  /** What waits, if only alarms of series do, too; absent if none waits. */
  readonly waits?: Waits | undefined;
}

/** Alarms that wait for a store. */
export interface Waits {
  /** Epoch milliseconds. */
  readonly sinceMs: number;
  /** Which alarms wait, and for what. */
  readonly reason: string;
}

/**
 * Returns up to which time everything has been evaluated, epoch milliseconds; `undefined` if
 * nothing has.
 */
export function sweptMsOf({ passes }: SweepState): number | undefined {
  const times = Object.values(passes).flatMap(
    ({ sweptMs, round }) => sweptMs ?? round?.startedMs ?? [],
  );
  return times.length === 0 ? undefined : Math.min(...times);
}

/** How far a store has come, as a sweep knows it. Epoch milliseconds. */
export interface SweptStoreState {
  /** Everything that was published before is written, but what is known to have failed. */
  readonly knownMs: number;
  /** When it was last seen behind; absent when it has caught up. */
  readonly behindMs?: number | undefined;
  /** Since when alarms wait for it; absent if none does. */
  readonly sinceMs?: number | undefined;
}

/** Makes what reads and writes something that sweeps leave for the next ones, as JSON. */
export function storedState<T>(name: string) {
  const key = { subject: { S: "sweep" }, item: { S: name } };
  return {
    /** Returns `undefined` before it was written. */
    read: async ({ client, tableName }: TableAccess): Promise<T | undefined> => {
      const command = new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true });
      const text = (await client.send(command)).Item?.["state"]?.S;
      // The item has only what `write` has written.
      return text === undefined ? undefined : (JSON.parse(text) as T);
    },
    write: async ({ client, tableName }: TableAccess, value: T): Promise<void> => {
      const Item = { ...key, state: { S: JSON.stringify(value) } };
      await client.send(new PutItemCommand({ TableName: tableName, Item }));
    },
  };
}

/** What the last sweep has left. */
export const sweepState = storedState<SweepState>("state");

/**
 * Takes the lease that keeps sweeps apart, or holds it for longer; with `untilMs` at `nowMs`, it is
 * released.
 *
 * @param holder What tells this sweep from all others.
 * @param untilMs From when on another sweep may take it, epoch milliseconds: this one must have
 * ended by then.
 * @returns false if another sweep holds it.
 */
export function holdSweep(
  { client, tableName }: TableAccess,
  holder: string,
  nowMs: number,
  untilMs: number,
): Promise<boolean> {
  const command = new PutItemCommand({
    TableName: tableName,
    Item: {
      subject: { S: "sweep" },
      item: { S: "lease" },
      holder: { S: holder },
      untilMs: { N: String(untilMs) },
    },
    ConditionExpression: "attribute_not_exists(untilMs) OR untilMs <= :nowMs OR holder = :holder",
    ExpressionAttributeValues: { ":nowMs": { N: String(nowMs) }, ":holder": { S: holder } },
  });
  return isConditionTrue(client.send(command));
}

/** After this time, every read sees what was written. */
const SETTLED_MS = 90_000;

/**
 * Remembers what this process has evaluated, by its time, so that a sweep that looks back does not
 * evaluate it again.
 */
export class SweepMemory {
  readonly #times = new Map<string, number>();

  /** Returns true for what has not been evaluated yet. */
  isNew(key: string, atMs: number): boolean {
    return this.#times.get(key) !== atMs;
  }

  /**
   * Remembers what was evaluated, except the newest: what it is about may not have been read yet.
   */
  remember(key: string, atMs: number, nowMs: number): void {
    if (atMs < nowMs - SETTLED_MS) this.#times.set(key, atMs);
  }

  /** Forgets what no sweep looks back to any more. */
  forgetBefore(fromMs: number): void {
    for (const [key, atMs] of this.#times) if (atMs < fromMs) this.#times.delete(key);
  }
}
