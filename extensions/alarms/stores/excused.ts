import { SECOND_MS } from "@rainhooks/core/durations";
import type { OwnField } from "@rainhooks/node-status/fields/own-field";

/** Number of times that a row has. */
const MAX_TIMES = 16;

const NONE: readonly number[] = [];

/**
 * When sessions ended for a reason that is no fault of the node, in order: AWS IoT ended them, or somebody
 * did with its API, or the node had a newer one. The newest ones, in full seconds, epoch milliseconds.
 */
export const excusedEnds: OwnField<readonly number[]> = {
  name: "excused",
  initial: NONE,
  fromEvent: (event, { source: { atMs } }) =>
    event.type === "rainhooks.event.node_session_ended" && isNoFault(event.data.reason)
      ? [Math.floor(atMs / SECOND_MS) * SECOND_MS]
      : NONE,
  join: (a, b) => {
    if (a.length === 0 || b.length === 0) return a.length === 0 ? b : a;
    return [...new Set([...a, ...b])].sort((x, y) => x - y).slice(-MAX_TIMES);
  },
  encode: (times) => (times.length === 0 ? undefined : times.map((atMs) => atMs / SECOND_MS)),
  decode: (raw) =>
    Array.isArray(raw)
      ? raw.filter((second) => typeof second === "number").map((second) => second * SECOND_MS)
      : [],
  partsOf: (raw) => excusedEnds.decode(raw).map((atMs) => ({ value: atMs, atMs })),
};

/** Reasons with which AWS, or somebody with its API, ends a session that the node would have kept. */
const NO_FAULTS: ReadonlySet<string> = new Set([
  "API_INITIATED_DISCONNECT",
  "CUSTOMAUTH_TTL_EXPIRATION",
  "DUPLICATE_CLIENTID",
  "WEBSOCKET_TTL_EXPIRATION",
]);

/** Source: AWS IoT Core developer guide, "Lifecycle events", reasons of a disconnect. */
function isNoFault(reason = ""): boolean {
  return NO_FAULTS.has(reason) || reason.startsWith("SERVER_");
}
