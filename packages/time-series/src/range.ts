import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { ValueKind } from "./kind.ts";

/** The table to read, and its client. */
export interface TimeSeriesReader {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** A part of a series: from `fromMs` (inclusive) to `toMs` (exclusive). */
export interface SeriesRange {
  readonly nodeId: string;
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Only values of this kind. */
  readonly kind?: ValueKind | undefined;
}

/** Order and limits of a read. */
export interface ReadOrder {
  readonly newestFirst?: boolean;
  /** Start after this cursor, which an earlier read returned. */
  readonly after?: string | undefined;
  /**
   * Maximum groups that DynamoDB reads in the first call. Before points of the last of them are
   * returned, the rest of its UTC hour is read; later calls read more.
   */
  readonly perCall?: number | undefined;
  /** Use a consistent read, which costs twice as much. */
  readonly consistent?: boolean;
}

/**
 * Maximum groups in the first call of a read of one point. Ten groups with one reading each are
 * less than 4 KB, the smallest amount that AWS bills. If all are of one hour, a second call reads
 * the rest of this hour.
 */
export const FEW_GROUPS = 10;
