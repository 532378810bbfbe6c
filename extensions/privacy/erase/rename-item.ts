import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { archiveHoursTable } from "@rainhooks/archive/hours/hours-table";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { nameWithoutSlot } from "@rainhooks/dynamodb/slots/slot";
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
import { idsIn, type Renaming, renameValue, type SubjectIds, textIn } from "./rename.ts";

/**
 * Makes what reads and renames a subject in the items of a table.
 *
 * @param table Its name within a stage; that of slot `b` ends with `-b`.
 * @param keys Names of its key attributes, the partition key first.
 */
export function namesInTable(table: string, keys: readonly string[], given: Renaming) {
  const cutKey = keyCutterOf(table);
  const renaming: Renaming = {
    ...given,
    table: cutKey === undefined ? "unknown" : "known",
    keepsNames: table === watchRulesTable.name || table === auditsTable.name,
    dropsResponses: table === attemptsTable.name,
  };
  const { id, kind } = renaming.names.subject;
  const allParts = (item: Attributes) =>
    keys.flatMap((name) => cutKey?.(name, item[name]?.S ?? "") ?? []);
  const isOwn = (item: Attributes) => {
    const [first] = (item[keys[0] ?? ""]?.S ?? "").split("#", 1);
    return (
      cutKey === undefined && (first === id || first === encodeURIComponent(id.toWellFormed()))
    );
  };
  return {
    /** Whether an item is about the node that is erased. */
    isOfNode: (item: Attributes) =>
      kind === "node" &&
      (item["nodeId"]?.S === id ||
        allParts(item).some((part) => part.kind === "node" && part.value === id) ||
        isOwn(item)),
    /** Returns those attributes of an item that change. */
    renamed: (item: Attributes): Attributes => {
      const others = withParts(idsIn(JSON.stringify(plain({ M: item })), renaming), allParts(item));
      const changed = Object.entries(item).flatMap(([name, value]) => {
        const parts = value.S === undefined ? undefined : cutKey?.(name, value.S);
        const next =
          parts === undefined
            ? renamedAttribute(name, value, others, renaming, false)
            : renamedKey(parts, others, renaming);
        return next === undefined ? [] : [[name, next] as const];
      });
      return Object.fromEntries(changed);
    },
  };
}

function withParts({ nodes, users }: SubjectIds, parts: readonly KeyPart[]): SubjectIds {
  const of = (kind: string) => parts.filter((part) => part.kind === kind).map(({ value }) => value);
  return { nodes: new Set([...nodes, ...of("node")]), users: new Set([...users, ...of("user")]) };
}

/** Returns `undefined` for a key that stays. */
function renamedKey(
  parts: readonly KeyPart[],
  others: SubjectIds,
  renaming: Renaming,
): AttributeValue | undefined {
  const renamed = parts.map((part) => {
    const { kind, value } = part;
    if (kind === undefined) return part;
    return {
      ...part,
      value: renameValue(textIn(FIELD_OF[kind], value, false, renaming), others, renaming),
    };
  });
  const text = joinedKey(renamed);
  return text === joinedKey(parts) ? undefined : { S: text };
}

const FIELD_OF = { node: "nodeId", user: "userId", text: "tags" } as const;

/** Returns `undefined` for a value that stays. Names of attributes stay. */
function renamedAttribute(
  field: string,
  value: AttributeValue,
  others: SubjectIds,
  renaming: Renaming,
  isFree: boolean,
): AttributeValue | undefined {
  const rename = (text: string) =>
    renameValue(textIn(field, text, isFree, renaming), others, renaming);
  const { S, SS, L, M } = value;
  if (S !== undefined) return rename(S) === S ? undefined : { S: rename(S) };
  if (SS !== undefined)
    return SS.some((one) => rename(one) !== one) ? { SS: [...new Set(SS.map(rename))] } : undefined;
  if (L !== undefined) {
    const all = L.map((one) => renamedAttribute(field, one, others, renaming, isFree));
    return all.some(Boolean) ? { L: L.map((one, index) => all[index] ?? one) } : undefined;
  }
  if (M === undefined) return undefined;
  const { isFree: isFreeInside } = textIn(field, "", isFree, renaming);
  const all = Object.entries(M).map(
    ([name, one]) =>
      [name, one, renamedAttribute(name, one, others, renaming, isFreeInside)] as const,
  );
  if (!all.some(([, , next]) => next)) return undefined;
  return { M: Object.fromEntries(all.map(([name, one, next]) => [name, next ?? one])) };
}

/** Returns the texts of a value, by the names of their attributes. What is packed has no ids. */
function plain(value: AttributeValue): unknown {
  const { S, SS, L, M } = value;
  if (L !== undefined) return L.map(plain);
  if (M !== undefined)
    return Object.fromEntries(Object.entries(M).map(([name, one]) => [name, plain(one)]));
  return S ?? SS;
}

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
 * Cuts the value of a key attribute, also of an index, into its parts; returns `undefined` for any
 * other attribute.
 */
type KeyCutter = (attribute: string, value: string) => readonly KeyPart[] | undefined;

/** Tables of Rainhooks that are searched. */
export const TABLES: readonly TableDescription[] = [
  watchedNodeTable,
  nodeTimelineTable,
  fleetSamplesTable,
  watchedSeriesTable,
  timeSeriesRollupsTable,
  alarmsTable,
  watchRulesTable,
  filterRulesTable,
  replaysTable,
  auditsTable,
  tableSlotsTable,
  archiveHoursTable,
  attemptsTable,
  copiesTable,
  destinationsTable,
  outboxTable,
];

/**
 * Returns how the keys of a table are cut; `undefined` for one of a webhook of one's own, of which
 * nothing is known.
 *
 * @param table Its name within a stage; that of slot `b` ends with `-b`.
 */
export function keyCutterOf(table: string): KeyCutter | undefined {
  const known = TABLES.find(({ name }) => name === nameWithoutSlot(table));
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
function joinedKey(parts: readonly KeyPart[]): string {
  return parts
    .map(({ before, value, isEncoded }) => before + (isEncoded ? encodeURIComponent(value) : value))
    .join("");
}
