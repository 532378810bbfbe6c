import { encodeItem } from "./encode.ts";
import type { Sink } from "./sink.ts";

/**
 * Makes a sink that writes each value as one line of JSON.
 *
 * @example
 * ```ts
 * import { logSink } from "@rainhooks/webhook/sinks";
 *
 * const sink = logSink((line) => console.log(line)); // {"node":"kitchen"}
 * console.log(await sink.write([{ id: "1", value: { node: "kitchen" } }])); // []
 * ```
 */
export function logSink(writeLine: (line: string) => void): Sink<unknown> {
  return {
    write: async (items) =>
      items.flatMap(({ id, value }) => {
        const encoded = encodeItem(id, () => JSON.stringify(value));
        if (!encoded.ok) return [encoded.failure];
        writeLine(encoded.output);
        return [];
      }),
  };
}
