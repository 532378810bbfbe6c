import type { Sink } from "./sink.ts";

/** Writes each item's value as one line of JSON. */
export function logSink(writeLine: (line: string) => void): Sink<unknown> {
  return {
    write: async (items) => {
      for (const { value } of items) writeLine(JSON.stringify(value));
      return [];
    },
  };
}
