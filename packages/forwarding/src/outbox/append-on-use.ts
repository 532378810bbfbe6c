import type { AppendOptions, AppendToOutbox } from "./append.ts";
import type { OutboxStore } from "./store.ts";

/**
 * Makes {@link appendToOutbox}, whose code is loaded with the first event: most stages have no destination that needs it.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { appendOnUse } from "@rainhooks/forwarding/fan-out";
 *
 * const append = appendOnUse({
 *   client: new DynamoDBClient({}),
 *   tableName: "rainhooks-dev-outbox",
 *   send: async () => [],
 *   nowMs: Date.now,
 *   random: Math.random,
 * });
 * console.log(await append([])); // []
 * ```
 */
export function appendOnUse({
  client,
  tableName,
  ...options
}: OutboxStore & Omit<AppendOptions, "table">): AppendToOutbox {
  let loading: Promise<AppendToOutbox> | undefined;
  return async (events) => {
    loading ??= Promise.all([import("./append.ts"), import("./store.ts")]).then(
      ([{ appendToOutbox }, { OutboxTable }]) =>
        appendToOutbox({ ...options, table: new OutboxTable({ client, tableName }) }),
    );
    return (await loading)(events);
  };
}
