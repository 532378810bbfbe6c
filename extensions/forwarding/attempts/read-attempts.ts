import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { chunk, defined, mapLimited } from "@rainhooks/core/collections";
import { tableCall } from "@rainhooks/dynamodb/errors";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { queryAll, type TableAccess } from "@rainhooks/dynamodb/read-all";
import { ATTEMPT_SHARDS, byDestinationIndex } from "../forwarding-tables.ts";
import { type Attempt, attemptId, parseAttemptId } from "./attempt.ts";
import {
  ATTEMPT_STATES,
  type AttemptState,
  attemptKey,
  decodeAttempt,
  placeOf,
  timeKey,
} from "./attempt-item.ts";

/** An attempt as lists have it. */
export type AttemptSummary = AttemptPage["attempts"][number];

/** Which attempts to list. */
export interface AttemptQuery {
  /** Ids of the destinations. */
  readonly destinations: readonly string[];
  /** @defaultValue both */
  readonly state?: AttemptState | undefined;
  /**
   * Only attempts for events of this node, or of this type. All attempts of the time range are read
   * for it.
   */
  readonly nodeId?: string | undefined;
  readonly eventType?: string | undefined;
  /** Only attempts that began in `[fromMs, toMs)`, epoch milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Maximum number of attempts. */
  readonly limit: number;
  /** `next` of the previous page. */
  readonly after?: string | undefined;
}

/** A page of attempts, newest first. */
export type AttemptPage = Awaited<ReturnType<typeof listAttempts>>;

/**
 * Returns true if `cursor` has the format of `next` of a page: it is the sort key of its last
 * attempt.
 */
export function isAttemptCursor(cursor: string): boolean {
  return /^\d{16}#[^#\s]{1,256}#[a-z0-9-]{1,30}#\d{1,4}$/.test(cursor);
}

/** Number of queries at once. */
const QUERIES_AT_ONCE = 32;

/**
 * Lists attempts of destinations, newest first. A page is four queries for each destination, with
 * both states eight, and at least half a read unit for each; an attempt has about 0.4 KB in the
 * list.
 */
export async function listAttempts(log: TableAccess, query: AttemptQuery) {
  const { limit, after } = query;
  const last = timeKey(query.toMs);
  const end = after !== undefined && after < last ? after : last;
  let items: Attributes[] = [];
  for (const places of chunk(placesOf(query), QUERIES_AT_ONCE)) {
    const read = await mapLimited(places, places.length, (place) =>
      queryPlace(log, place, query, end),
    );
    items = [...items, ...read.flat()]
      .sort((a, b) => (atKeyOf(a) < atKeyOf(b) ? 1 : -1))
      .slice(0, limit + 1);
  }
  const page = items.slice(0, limit);
  const lastOne = items.length > limit ? page.at(-1) : undefined;
  return {
    attempts: page.map((item) => {
      const attempt: Omit<Attempt, "deliveryId" | "publishedMs" | "headers" | "response"> =
        decodeAttempt(item);
      return { id: attemptId(attempt), ...attempt };
    }),
    /** Where the next page begins; `undefined` on the last page. */
    next: lastOne && atKeyOf(lastOne),
  };
}

function placesOf({ destinations, state, fromMs, toMs }: AttemptQuery): string[] {
  if (fromMs >= toMs) return [];
  const shards = Array.from({ length: ATTEMPT_SHARDS }, (_, shard) => shard);
  return destinations.flatMap((destination) =>
    (state === undefined ? ATTEMPT_STATES : [state]).flatMap((one) =>
      shards.map((shard) => placeOf(destination, one, shard)),
    ),
  );
}

function atKeyOf(item: Attributes): string {
  return item["atKey"]?.S ?? "";
}

/** Reads one more than a page has: it shows whether there is another page. */
async function queryPlace(
  log: TableAccess,
  place: string,
  { fromMs, limit, nodeId, eventType }: AttemptQuery,
  end: string,
): Promise<Attributes[]> {
  const first = timeKey(fromMs);
  // The end does not belong to the range, but BETWEEN includes it: it is left out below.
  if (end <= first) return [];
  const filters = Object.entries(defined({ nodeId, eventType }));
  const query = {
    IndexName: byDestinationIndex.name,
    KeyConditionExpression: "place = :place AND atKey BETWEEN :first AND :end",
    ...(filters.length === 0
      ? { Limit: limit + 2 }
      : { FilterExpression: filters.map(([name]) => `${name} = :${name}`).join(" AND ") }),
    ExpressionAttributeValues: {
      ":place": { S: place },
      ":first": { S: first },
      ":end": { S: end },
      ...Object.fromEntries(filters.map(([name, value]) => [`:${name}`, { S: value }])),
    },
    ScanIndexForward: false,
  };
  const items = await tableCall(log.tableName, () => queryAll(log, query, limit + 2));
  return items.filter((item) => atKeyOf(item) < end).slice(0, limit + 1);
}

/** Maximum number of attempts of one event that are returned. */
const MAX_ATTEMPTS_OF_EVENT = 1000;

/**
 * Returns the attempts for an event, of all destinations: by destination, then in their order. One
 * query.
 */
export async function attemptsOfEvent(log: TableAccess, webhookId: string): Promise<Attempt[]> {
  const query = {
    KeyConditionExpression: "webhookId = :id",
    // Claims are there, too.
    FilterExpression: "attribute_exists(outcome)",
    ExpressionAttributeValues: { ":id": { S: webhookId } },
    Limit: MAX_ATTEMPTS_OF_EVENT,
  };
  const items = await tableCall(log.tableName, () => queryAll(log, query, MAX_ATTEMPTS_OF_EVENT));
  return items.map(decodeAttempt);
}

/** Reads an attempt by its id ({@link attemptId}); `undefined` if there is none. */
export async function readAttempt(log: TableAccess, id: string): Promise<Attempt | undefined> {
  const key = parseAttemptId(id);
  if (key === undefined) return undefined;
  const { client, tableName } = log;
  const command = new GetItemCommand({ TableName: tableName, Key: attemptKey(key) });
  const { Item } = await tableCall(tableName, () => client.send(command));
  return Item === undefined ? undefined : decodeAttempt(Item);
}
