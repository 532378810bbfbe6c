import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { tableError } from "@rainhooks/dynamodb/errors";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { putIf } from "@rainhooks/dynamodb/put-if";
import { type SlotTable, slotsOf } from "@rainhooks/dynamodb/slots/read";
import { FIRST_SLOTS, type Slot, type StoreSlots } from "@rainhooks/dynamodb/slots/slot";
import * as v from "valibot";

/**
 * Where a rebuild is. `copying`: the rows of the live tables are copied. `filling`: functions write to both
 * slots, and the archive is written to the other one. `filled`: it has everything. `switched`: it is live,
 * and both are written. `dropping`: the items of the slot that is not live are deleted.
 */
export type RebuildPhase = "copying" | "filling" | "filled" | "switched" | "dropping";

/** What was read of the archive, and written. */
export interface FillCounts {
  /** Deliveries for the webhook. */
  readonly deliveries: number;
  /** Of these: events that were written. */
  readonly events: number;
  /** Of these: events for whose time the filter rules are not known any more. */
  readonly unknown: number;
  /** Lines and objects that cannot be read. */
  readonly unreadable: number;
  /** Events that the tables can never take, as in the dead-letter queue of the function. */
  readonly refused: number;
}

/** A rebuild of a store. */
export interface Rebuild {
  readonly phase: RebuildPhase;
  /** The slot that is rebuilt. */
  readonly to: Slot;
  /** Who started it: an ARN of AWS. */
  readonly startedBy: string;
  readonly startedAtMs: number;
  readonly updatedAtMs: number;
  /** Whether it began with a copy of the live rows. */
  readonly copiesRows: boolean;
  /** Since when functions are told to write to both slots, epoch milliseconds. */
  readonly bothAtMs?: number | undefined;
  /** Since when they are told to write to the rebuilt slot first, epoch milliseconds. */
  readonly aheadAtMs?: number | undefined;
  /** Number of partitions of nodes, of 256, that are written. */
  readonly partitions: number;
  readonly counts?: FillCounts | undefined;
  /** The process that runs it, and until when no other may. */
  readonly runner?: string | undefined;
  readonly leaseUntilMs?: number | undefined;
}

/** What the table of slots says about a store. */
export interface StoreState extends StoreSlots {
  readonly store: string;
  /** How often it was written. */
  readonly version: number;
  readonly rebuild?: Rebuild | undefined;
}

/** How long a process may run a rebuild without a sign of life. */
export const REBUILD_LEASE_MS = 15 * SECOND_MS;
/** Clocks of AWS and of the machine of an operator differ by less. */
export const CLOCK_MARGIN_MS = 2 * MINUTE_MS;

const count = v.number();
const rebuild = v.object({
  phase: v.picklist(["copying", "filling", "filled", "switched", "dropping"]),
  to: v.picklist(["a", "b"]),
  startedBy: v.string(),
  startedAtMs: count,
  updatedAtMs: count,
  copiesRows: v.boolean(),
  bothAtMs: v.optional(count),
  aheadAtMs: v.optional(count),
  partitions: count,
  counts: v.optional(
    v.object({ deliveries: count, events: count, unknown: count, unreadable: count, refused: count }),
  ),
  runner: v.optional(v.string()),
  leaseUntilMs: v.optional(count),
});
const state = v.object({ version: count, rebuild: v.optional(rebuild) });

/**
 * Reads what the table of slots says about a store.
 *
 * @throws {RainhooksError} `stage-unavailable` for an item of another version.
 */
export async function readState({ client, tableName }: SlotTable, store: string): Promise<StoreState> {
  const Key = { store: { S: store } };
  const read = client.send(new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }));
  const { Item } = await read.catch((error: unknown) => {
    throw tableError(tableName, error);
  });
  return Item === undefined ? { store, ...FIRST_SLOTS, version: 0 } : parse(store, Item);
}

function parse(store: string, item: Attributes): StoreState {
  const parsed = v.safeParse(state, unmarshall(item));
  if (parsed.success) return { store, ...slotsOf(item), ...parsed.output };
  throw new RainhooksError(
    "stage-unavailable",
    `The slots of ${store} were written by another version of Rainhooks. Use that version.`,
  );
}

/**
 * Writes the state of a store, unless somebody else has written it since it was read.
 *
 * @returns The state as it was written.
 * @throws {RainhooksError} `write-conflict` if somebody has.
 */
export async function saveState(table: SlotTable, next: StoreState): Promise<StoreState> {
  const written = { ...next, version: next.version + 1 };
  const isWritten = await putIf(marshall(written, { removeUndefinedValues: true }), {
    ...{ ...table, key: ["store"] },
    condition: "attribute_not_exists(version) OR version = :read",
    values: { ":read": { N: String(next.version) } },
  });
  if (isWritten) return written;
  throw new RainhooksError(
    "write-conflict",
    `Somebody else has changed the rebuild of ${next.store}. Look at it with "rainhooks rebuild show ${next.store}".`,
  );
}
