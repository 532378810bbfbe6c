import type { WriteRequest } from "@aws-sdk/client-dynamodb";
import { SECOND_MS } from "@rainhooks/core/durations";
import { retryLeftovers } from "@rainhooks/core/retry";
import { batchWrite } from "@rainhooks/dynamodb/batch-write";
import { throttledError } from "@rainhooks/dynamodb/errors";
import type { Slot } from "@rainhooks/dynamodb/slots/slot";
import {
  type DeployedTables,
  type EndedAt,
  eachPage,
  type TableSegment,
  type TablesRead,
} from "../verify/read-tables.ts";
import type { RebuildPhase } from "./rebuild-state.ts";

/** What is done with the items of a slot. */
export interface SlotMethods {
  /** Returns whether a part of a table has an item. */
  hasItems(segment: TableSegment): Promise<boolean>;
  /** Copies the items of a part of a table to the other slot, over what is there. */
  copySegment(segment: TableSegment, to: Slot, after: EndedAt["after"]): Promise<TablesRead & EndedAt>;
  /**
   * Deletes the items of a part of a table.
   *
   * @param keys Names of the attributes of its key.
   * @param perSecond Items at most. @defaultValue as many as the table takes
   */
  clearSegment(
    segment: TableSegment,
    keys: readonly string[],
    perSecond: number | undefined,
    after: EndedAt["after"],
  ): Promise<TablesRead & EndedAt>;
}

/** What the work needs. */
export interface SlotWorkDependencies {
  readonly tables: DeployedTables;
  readonly nowMs: () => number;
  /** Waits, for milliseconds. */
  readonly wait: (ms: number) => Promise<unknown>;
  readonly isLate: () => boolean;
  /** Throws if nobody holds the rebuild in this phase any more. */
  readonly requireHeld: (phase: RebuildPhase) => Promise<void>;
}

/** Items between two looks at who holds the rebuild. */
const PAGE = 500;
const RETRY = { attempts: 10, baseMs: SECOND_MS, capMs: SECOND_MS, random: () => 1 };
const CALLS_AT_ONCE = 8;

/** Does the work on the items of a slot in this process. */
export function slotMethods({ tables, nowMs, wait, isLate, requireHeld }: SlotWorkDependencies): SlotMethods {
  const write = async (phase: RebuildPhase, table: string, slot: Slot, requests: readonly WriteRequest[]) => {
    const tableName = tables.nameOf(table, slot);
    const send = async (some: readonly WriteRequest[]) => {
      await requireHeld(phase);
      return batchWrite(some, { client: tables.client, tableName, callsAtOnce: CALLS_AT_ONCE });
    };
    const left = await retryLeftovers(requests, send, {
      ...RETRY,
      sleep: async () => void (await wait(SECOND_MS)),
    });
    if (left.length > 0)
      throw throttledError(tableName, `it did not take an item in ${RETRY.attempts} tries.`);
  };
  return {
    hasItems: async (segment) => {
      let items = 0;
      const isLateNow = () => items > 0;
      const input = { ConsistentRead: true, Limit: PAGE };
      await eachPage(tables, segment, { after: undefined, isLate: isLateNow, input }, async (some) => {
        items += some.length;
      });
      return items > 0;
    },
    copySegment: (segment, to, after) =>
      eachPage(tables, segment, { after, isLate, input: { ConsistentRead: true, Limit: PAGE } }, (items) =>
        write(
          "copying",
          segment.table,
          to,
          items.map((Item) => ({ PutRequest: { Item } })),
        ),
      ),
    clearSegment: (segment, keys, perSecond = Number.POSITIVE_INFINITY, after) => {
      const input = {
        ...{ ConsistentRead: true, Limit: Math.max(1, Math.min(PAGE, Math.round(perSecond))) },
        ProjectionExpression: keys.map((_, index) => `#${index}`).join(),
        ExpressionAttributeNames: Object.fromEntries(keys.map((key, index) => [`#${index}`, key])),
      };
      return eachPage(tables, segment, { after, isLate, input }, async (items) => {
        const startMs = nowMs();
        const { table, slot } = segment;
        await write(
          "dropping",
          table,
          slot,
          items.map((Key) => ({ DeleteRequest: { Key } })),
        );
        const leftMs = (items.length / perSecond) * SECOND_MS - (nowMs() - startMs);
        if (leftMs > 0) await wait(leftMs);
      });
    },
  };
}
