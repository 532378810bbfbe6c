import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { RetryPolicy } from "@rainhooks/core/retry";
import type { Sink } from "../sink.ts";

/** What the function of a store has, for what extensions do in it. */
export interface StoreServices {
  readonly client: DynamoDBClient;
  /**
   * Deployed names of the function's resources, by the names in its definition; `undefined` for a
   * table that the stage does not have.
   */
  readonly resources: Readonly<Record<string, string | undefined>>;
  readonly nowMs: () => number;
}

/**
 * What the function of a store works with besides its configuration; the defaults are for Lambda.
 */
export interface ServiceOverrides extends Partial<Pick<StoreServices, "client" | "nowMs">> {
  readonly retry?: RetryPolicy;
}

/** Makes the sink of the tables of a store. */
export type TablesSink<Value> = (
  /** Returns the deployed name of a table by its name in the function's resources. */
  nameOf: (table: string) => string,
) => Sink<Value>;

/**
 * Makes the sink of a function of a store that does not always write to its own tables; returns
 * nothing for one that does.
 */
export type WrittenTables = <Value>(
  store: string,
  services: StoreServices,
  makeSink: TablesSink<Value>,
) => Sink<Value> | undefined;
