import type { AppendOptions, AppendToOutbox } from "./append.ts";

/**
 * Makes {@link appendToOutbox}, whose code is loaded with the first event: most stages have no destination that needs it.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { appendOnUse, OutboxTable } from "@rainhooks/forwarding/fan-out";
 *
 * const append = appendOnUse({
 *   table: new OutboxTable({ client: new DynamoDBClient({}), tableName: "rainhooks-dev-outbox" }),
 *   send: async () => [],
 *   nowMs: Date.now,
 *   random: Math.random,
 * });
 * console.log(await append([])); // []
 * ```
 */
export function appendOnUse(options: AppendOptions): AppendToOutbox {
  let loading: Promise<AppendToOutbox> | undefined;
  return async (events) => {
    loading ??= import("./append.ts").then(({ appendToOutbox }) => appendToOutbox(options));
    return (await loading)(events);
  };
}
