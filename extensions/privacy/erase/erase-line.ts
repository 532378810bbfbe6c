import { parseLine } from "@rainhooks/archive/read/parse-line";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { ERASED_PREFIX, nodesOf } from "@rainhooks/core/event";
import { idsIn, type Renaming, renameValue, wholeText } from "./rename.ts";

/** What becomes of a line of the archive. */
export type ErasedLine =
  /** It does not name the subject. */
  | { readonly kind: "kept" }
  /** It has another name instead. */
  | { readonly kind: "changed"; readonly line: string }
  /** It is about the subject alone. */
  | { readonly kind: "dropped"; readonly delivery: Delivery | undefined };

const KEPT: ErasedLine = { kind: "kept" };

/** Returns the delivery in a line and its event, as far as they can be read. */
export function readLine(line: string) {
  const delivery = parseLine(line);
  const decoded = delivery === undefined ? undefined : decode(delivery);
  return { delivery, event: decoded?.kind === "event" ? decoded.event : undefined };
}

/**
 * Decides whether a line stays. A line that a node has sent, or that is about that node alone, is
 * dropped. All other lines stay, with an alias instead of the node or the user: they still say what
 * happened to a user's nodes, but not whose nodes they were.
 */
export function eraseLine(line: string, renaming: Renaming): ErasedLine {
  if (!renaming.names.mayBeIn(line)) return KEPT;
  const { delivery, event } = readLine(line);
  const ids = idsIn(line);
  const isOfSeries = event?.type === "rmaker.event.node_ts_data";
  const renamed = renameValue(wholeText(line), ids, { ...renaming, isOfSeries });
  const { kind, id } = renaming.names.subject;
  // An event of nobody names a node beside: in what it does to it, or in a text.
  const isOfNodes = event === undefined || nodesOf(event).length > 0;
  const nodes = [...ids.nodes].filter((one) => !one.startsWith(ERASED_PREFIX));
  if (kind === "node" && isOfNodes && nodes.length > 0 && nodes.every((one) => one === id))
    return { kind: "dropped", delivery };
  return renamed === line ? KEPT : { kind: "changed", line: renamed };
}
