import { MAX_SORT_KEY_BYTES } from "@rainhooks/dynamodb/limits";
import { queryAll } from "@rainhooks/dynamodb/read-all";
import type { TimelineReader } from "./timeline.ts";
import { between, decodeAlert, entryKey, type NodeAlert } from "./timeline-item.ts";

/** Which alerts of a node to read: those in `[fromMs, toMs)`, epoch milliseconds. */
export interface AlertRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A range of alerts, and how many of them to read. */
export interface AlertQuery extends AlertRange {
  /** Maximum number of alerts. */
  readonly limit: number;
  /** `next` of the previous page. */
  readonly after?: string | undefined;
}

/** A page of alerts. */
export interface AlertPage {
  /** Newest first. */
  readonly alerts: readonly NodeAlert[];
  /** Where the next page begins; `undefined` on the last page. */
  readonly next: string | undefined;
}

/** Returns true if `cursor` has the format of {@link AlertPage.next} and lies in a range. */
export function isAlertCursor(cursor: string, { fromMs, toMs }: AlertRange): boolean {
  return (
    /^alert#\d{16}#/.test(cursor) &&
    Buffer.byteLength(cursor) <= MAX_SORT_KEY_BYTES &&
    cursor > entryKey("alert", fromMs) &&
    cursor < entryKey("alert", toMs)
  );
}

/**
 * Returns a page of the alerts of a node, newest first. Half a read unit for each 4 KB of alerts,
 * which have 0.1 to 0.7 KB.
 */
export async function readAlerts(
  reader: TimelineReader,
  nodeId: string,
  { fromMs, toMs, limit, after }: AlertQuery,
): Promise<AlertPage> {
  if (fromMs >= toMs) return { alerts: [], next: undefined };
  // One more than the page has, to know whether there is another page.
  const max = limit + 1;
  const query = {
    // Excludes alerts at `toMs`: their keys continue after the time, so they sort after its key.
    ...between(nodeId, entryKey("alert", fromMs), entryKey("alert", toMs)),
    ScanIndexForward: false,
    Limit: max,
    ...(after === undefined
      ? {}
      : { ExclusiveStartKey: { nodeId: { S: nodeId }, item: { S: after } } }),
  };
  const items = await queryAll(reader, query, max);
  const page = items.slice(0, limit);
  return {
    alerts: page.map(decodeAlert),
    next: items.length > limit ? page.at(-1)?.["item"]?.S : undefined,
  };
}
