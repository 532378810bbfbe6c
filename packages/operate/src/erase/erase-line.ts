import { parseLine } from "@rainhooks/archive";
import { type Delivery, decode, isJsonObject, type JsonValue, nodesOf, tryParseJson } from "@rainhooks/core";
import type { ErasureSubject, Mentions } from "./subject.ts";

/** What becomes of a line of the archive. */
export type ErasedLine =
  /** It does not name the subject. */
  | { readonly kind: "kept" }
  /** It has another name instead. */
  | { readonly kind: "changed"; readonly line: string }
  /** It is about the subject alone. */
  | { readonly kind: "dropped"; readonly delivery: Delivery | undefined };

const KEPT: ErasedLine = { kind: "kept" };

/**
 * Decides what becomes of a line. What a node has sent, and what is about that node alone, goes. Everything else stays, with an alias instead of the node
 * or the user: what happened to a user's nodes is still known, but not whose they were.
 */
export function eraseLine(
  line: string,
  subject: ErasureSubject,
  mentions: Mentions,
  alias: string,
): ErasedLine {
  const plain = plainLine(line);
  if (!mentions.in(plain)) return KEPT;
  const delivery = parseLine(line);
  if (subject.kind === "node" && (delivery === undefined || isOnlyAbout(delivery, subject.id)))
    return { kind: "dropped", delivery };
  return { kind: "changed", line: mentions.replacedIn(plain, alias) };
}

function isOnlyAbout(delivery: Delivery, nodeId: string): boolean {
  const decoded = decode(delivery);
  if (decoded.kind !== "event") return true;
  const nodes = nodesOf(decoded.event);
  return nodes.length > 0 && nodes.every((one) => one === nodeId);
}

/** Any character may be written as an escape. Only then is a line read and written again, which can change how its numbers are written. */
function plainLine(line: string): string {
  if (!line.includes("\\u")) return line;
  const parsed = tryParseJson(line);
  return parsed === undefined ? line : JSON.stringify(plainValue(parsed));
}

/** Texts that are JSON are written without escapes, too. */
function plainValue(value: JsonValue): JsonValue {
  if (typeof value === "string") {
    const inner = value.includes("\\u") ? tryParseJson(value) : undefined;
    return inner === undefined || typeof inner !== "object" ? value : JSON.stringify(plainValue(inner));
  }
  if (Array.isArray(value)) return value.map(plainValue);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plainValue(one)]));
}
