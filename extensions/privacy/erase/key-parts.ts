import { archiveHoursTable } from "@rainhooks/archive/hours/hours-table";
import { tableSlotsTable } from "@rainhooks/dynamodb/slots/slots-table";
import { keyAttributesOf, type TableDescription } from "@rainhooks/dynamodb/table-description";
import { filterRulesTable } from "@rainhooks/filter/filter-rules-table";
import { fleetSamplesTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import { auditsTable, replaysTable } from "@rainhooks/stage/tables/stage-tables";
import { timeSeriesRollupsTable } from "@rainhooks/time-series/time-series-tables";
import {
  alarmsTable,
  watchedNodeTable,
  watchedSeriesTable,
  watchRulesTable,
} from "../../alarms/watch-tables.ts";
import {
  attemptsTable,
  copiesTable,
  destinationsTable,
  outboxTable,
} from "../../forwarding/forwarding-tables.ts";

const KINDS = ["node", "user", "text"] as const;

/** A part of a key attribute. */
export interface KeyPart {
  /** Text between parts. */
  readonly before: string;
  /** Absent for a part that names nobody. */
  readonly kind: (typeof KINDS)[number] | undefined;
  /** As it is elsewhere, without the encoding of a key. */
  readonly value: string;
  readonly isEncoded: boolean;
}

/**
 * Cuts the value of a key attribute, also of an index, into its parts; returns `undefined` for any other
 * attribute.
 */
export type KeyCutter = (attribute: string, value: string) => readonly KeyPart[] | undefined;

const KNOWN: readonly TableDescription[] = [
  ...[watchedNodeTable, nodeTimelineTable, fleetSamplesTable, watchedSeriesTable, timeSeriesRollupsTable],
  ...[
    alarmsTable,
    watchRulesTable,
    filterRulesTable,
    replaysTable,
    auditsTable,
    tableSlotsTable,
    archiveHoursTable,
  ],
  ...[attemptsTable, copiesTable, destinationsTable, outboxTable],
];

/**
 * Returns how the keys of a table are cut; `undefined` for one of a webhook of one's own, of which nothing is
 * known.
 *
 * @param table Its name within a stage; that of slot `b` ends with `-b`.
 */
export function keyCutterOf(table: string): KeyCutter | undefined {
  const known = KNOWN.find(({ name }) => name === table.replace(/-b$/, ""));
  if (known === undefined) return undefined;
  const keys = new Set(keyAttributesOf(known).map(({ name }) => name));
  return (attribute, value) => {
    if (!keys.has(attribute)) return undefined;
    for (const pattern of known.holds?.[attribute] ?? []) {
      const parts = cut(pattern, value);
      if (parts !== undefined) return parts;
    }
    return [{ before: value, kind: undefined, value: "", isEncoded: false }];
  };
}

function cut(pattern: string, value: string): KeyPart[] | undefined {
  // What is in braces stands behind each text between them.
  const texts = pattern.split(/[{}]/);
  const parts: KeyPart[] = [];
  let rest = value;
  for (let index = 0; index + 1 < texts.length; index += 2) {
    const [before = "", place = ""] = texts.slice(index);
    if (!rest.startsWith(before)) return undefined;
    rest = rest.slice(before.length);
    const end = index + 3 >= texts.length ? rest.length : rest.indexOf("#");
    const isEncoded = place.endsWith("%");
    const text = isEncoded ? decoded(rest.slice(0, end)) : rest.slice(0, end);
    if (end === -1 || text === undefined) return undefined;
    rest = rest.slice(end);
    const kind = KINDS.find((one) => place.startsWith(one));
    parts.push({ before, kind, value: text, isEncoded });
  }
  return parts;
}

/** Returns a text from a key, if it was encoded as those are. */
function decoded(text: string): string | undefined {
  try {
    const plain = decodeURIComponent(text);
    return encodeURIComponent(plain) === text ? plain : undefined;
  } catch {
    return undefined;
  }
}

/** Puts the parts of a key attribute together again. */
export function joinedKey(parts: readonly KeyPart[]): string {
  return parts
    .map(({ before, value, isEncoded }) => before + (isEncoded ? encodeURIComponent(value) : value))
    .join("");
}
