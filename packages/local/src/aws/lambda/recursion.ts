import { createHash, randomBytes } from "node:crypto";

/**
 * Invocations of one function in a chain of requests, after which Lambda stops it unless that is
 * allowed.
 */
export const MAX_CHAIN = 16;

/** An invocation as a part of a chain of requests. */
export interface Trace {
  /** How often the chain has invoked the function, this time included. */
  readonly invocations: number;
  /** The header that AWS SDKs send on with each request of the invocation. */
  readonly header: string;
}

/**
 * Counts an invocation, as Lambda's recursive loop detection does: in the header that AWS SDKs
 * carry from an invocation to the messages that it sends, and SQS from these to the next one. Of a
 * batch, the longest chain counts. What AWS writes in `Lineage` is not documented; this has how
 * often each function was invoked.
 *
 * Source: AWS Lambda developer guide, "Use Lambda recursive loop detection to prevent infinite
 * loops".
 */
export function traceOf(functionName: string, headers: readonly (string | undefined)[]): Trace {
  const counts = new Map<string, number>();
  for (const header of headers)
    for (const [, id = "", count] of (header ?? "").matchAll(/\b([0-9a-f]{8}):(\d{1,9})\b/g))
      counts.set(id, Math.max(counts.get(id) ?? 0, Number(count)));
  const own = createHash("sha256").update(functionName).digest("hex").slice(0, 8);
  const invocations = (counts.get(own) ?? 0) + 1;
  counts.set(own, invocations);
  const lineage = [...counts].map(([id, count]) => `${id}:${count}`).join("|");
  const root = `1-${randomBytes(4).toString("hex")}-${randomBytes(12).toString("hex")}`;
  return { invocations, header: `Root=${root};Sampled=0;Lineage=${lineage}` };
}
