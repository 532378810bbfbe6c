import { tryParseJson } from "@rainhooks/core/json";
import type { SubjectNames } from "./subject.ts";

/** Ids and names of nodes, and those of users. */
export interface SubjectIds {
  readonly nodes: ReadonlySet<string>;
  readonly users: ReadonlySet<string>;
}

/** What was seen of a subject in texts. */
export interface Sightings {
  /** Called with a text that has the subject as a word. Is it the subject? */
  readonly onWord?: ((text: string) => void) | undefined;
  /**
   * Called with a text that stays and has the subject as a part of a longer word, or with the name
   * of a field.
   */
  readonly onStays?: ((text: string) => void) | undefined;
}

/** Whose format a text has. */
export interface TextFormat {
  /** That of items of a table: one of Rainhooks, or another one. @defaultValue that of events */
  readonly table?: "known" | "unknown";
  /** Whether it is an event with readings. Names of series stay. @defaultValue false */
  readonly isOfSeries?: boolean;
}

/** How a subject is renamed in texts. */
export interface Renaming extends Sightings, TextFormat {
  readonly names: SubjectNames;
  readonly alias: string;
  /**
   * Whether texts in fields called `name` stay, too: they are names of rules. @defaultValue false
   */
  readonly keepsNames?: boolean;
  /**
   * Whether what a receiver has responded is replaced as a whole: it may repeat all that was sent.
   * @defaultValue false
   */
  readonly dropsResponses?: boolean;
}

type Holds = "node" | "user" | "kept" | "response" | "name" | "condition" | "tag" | "reading";

/** What fields of events hold, whatever their spelling: all fields of `DATA_SHAPES` with ids. */
const FIELDS = new Map<string, Holds>([
  ...list("node", "nodeid nodeids nodes nodelist clientid members"),
  ...list("user", "userid username primaryusername secondaryusername sharedfrom sharedto"),
  ...list(
    "kept",
    "eventtype eventversion topic topicarn userrole notice rule kind severity dt datatype",
  ),
  ...list("kept", "series destinations"),
  ...list("name", "name"),
  ...list("tag", "tags"),
]);

/** What attributes of our own tables hold besides. */
const TABLE_FIELDS = new Map<string, Holds>([
  ...FIELDS,
  ...list("kept", "type method outcome state role destination place after id ids"),
  ...list("condition", "where when"),
  ...list("response", "response error"),
]);

/**
 * Fields with a part of an event or a delivery: what is in them has the fields of the format. In
 * all others is what a device or an app has written, where a text is a text, whatever its field is
 * called.
 */
const PARTS = new Set([
  "",
  "body",
  "attributes",
  "data",
  "eventdata",
  "eventdatapayload",
  "groups",
  "connectivity",
  "conditions",
  "events",
  "event",
  "actions",
  "results",
  "status",
  "alarms",
]);
/** Further ones of an event with readings. */
const SERIES_PARTS = new Set(["tsdata", "simpletsdata", "payload", "messagebody", "records"]);
/** Attributes of our tables with what a device, an app or a receiver has written. */
const FREE_ATTRIBUTES = new Set([
  "config",
  "value",
  "text",
  "reason",
  "response",
  "error",
  "title",
]);
/** Fields with a reading. */
const READINGS = new Set(["v", "val", "value"]);
/** Stands for the field of a text where fields are not those of the format. */
const FREE = "*";

function list(holds: Holds, fields: string): [string, Holds][] {
  return fields.split(" ").map((field) => [field, holds]);
}

function plainName(field: string): string {
  return field.replaceAll("_", "").toLowerCase();
}

/** Whether what is in a field has the fields of the format. */
function isPart(field: string, { table, isOfSeries }: TextFormat): boolean {
  const name = plainName(field);
  if (table !== undefined) return !FREE_ATTRIBUTES.has(name);
  return PARTS.has(name) || (isOfSeries === true && SERIES_PARTS.has(name));
}

/** Returns a text of a field as {@link renameValue} reads it. */
export function textIn(
  field: string,
  text: string,
  isFree: boolean,
  options: TextFormat,
): JsonText {
  return { field: isFree ? FREE : field, text, isFree: isFree || !isPart(field, options) };
}

/** Returns the ids and names in fields of JSON, and of JSON in its texts. */
export function idsIn(json: string, options: TextFormat = {}): SubjectIds {
  const ids = { nodes: new Set<string>(), users: new Set<string>() };
  const read = ({ field, text, isFree }: JsonText): string => {
    const holds = FIELDS.get(plainName(field));
    if (holds === "node") ids.nodes.add(text);
    if (holds === "user") ids.users.add(text);
    return isFree || jsonKind(text) === "text" ? text : replaceTexts(text, read, options);
  };
  replaceTexts(json, read, options);
  return ids;
}

/**
 * Returns the value of a field with an alias in the place of a subject. Fields with ids are
 * compared as a whole; names of fields, and what says what something is, stay; other texts have it
 * as words.
 *
 * @param others Ids and names of others that may stand in the text.
 */
export function renameValue(value: JsonText, others: SubjectIds, renaming: Renaming): string {
  const { text } = value;
  if (!renaming.names.mayBeIn(text)) return text;
  const holds = holdsOf(value, renaming);
  switch (holds) {
    case "node":
    case "user":
      return renameId(text, holds, renaming);
    case "kept":
      return text;
    case "condition":
      return renameLiterals(text, renaming);
    case "response":
      return renameText(value, others, renaming) === text ? text : renaming.alias;
    case "reading":
      return isPlainReading(text) ? text : renameText(value, NOBODY, renaming);
    default:
      return renameText(value, holds === "tag" ? NOBODY : others, renaming);
  }
}

function holdsOf({ field }: JsonText, renaming: Renaming): Holds | undefined {
  const { table, isOfSeries, keepsNames, dropsResponses } = renaming;
  const name = plainName(field);
  if (isOfSeries && (READINGS.has(name) || field === FREE)) return "reading";
  const holds = (table === "known" ? TABLE_FIELDS : FIELDS).get(name);
  if (holds === "name") return keepsNames || isOfSeries ? "kept" : undefined;
  return holds === "response" && !dropsResponses ? undefined : holds;
}

/**
 * What becomes of tags and readings follows from their texts alone: their rows do not say which
 * event they are of, and can be of many.
 */
export const NOBODY: SubjectIds = { nodes: new Set(), users: new Set() };

/** A text that can be a number or a flag is a reading, and names nobody. */
function isPlainReading(text: string): boolean {
  return ["number", "boolean"].includes(typeof tryParseJson(text));
}

function renameId(text: string, holds: "node" | "user", { names, alias }: Renaming): string {
  const isSubject =
    names.subject.kind === holds && names.isName(text, holds === "node" ? holds : undefined);
  return isSubject ? alias : text;
}

function renameText({ text, isFree }: JsonText, others: SubjectIds, renaming: Renaming): string {
  const { names, alias } = renaming;
  const kind = jsonKind(text);
  const inside = kind === "text" ? text : renameJson(text, others, renaming, isFree);
  if (kind === "json") return inside;
  const renamed = names.replacedIn(inside, alias, othersIn(others, renaming));
  // In what is about the subject, its name is no other's.
  const isSure =
    names.isName(text) || [...others.nodes, ...others.users].some((one) => names.isName(one));
  if (renamed !== text && !isSure) renaming.onWord?.(text);
  if (renamed === text && !others.nodes.has(text) && !others.users.has(text)) see(text, renaming);
  return renamed;
}

/** In a condition, a text is a name as a whole: a part of one can be what others have in common. */
function renameLiterals(condition: string, { names, alias, onStays }: Renaming): string {
  const renamed = condition.replace(/"[^"\\]*"|'[^'\\]*'/g, (literal) =>
    names.isName(literal.slice(1, -1)) ? `${literal[0]}${alias}${literal[0]}` : literal,
  );
  if (names.mayBeIn(renamed)) onStays?.(condition);
  return renamed;
}

/** Spellings of others, for each event or item once. */
const OTHERS = new WeakMap<SubjectIds, string[]>();

function othersIn(ids: SubjectIds, { names }: Renaming): string[] {
  const known = OTHERS.get(ids) ?? names.othersWith(new Set([...ids.nodes, ...ids.users]));
  OTHERS.set(ids, known);
  return known;
}

/** Returns whether a text, which may be JSON, names a subject. */
export function isNamedIn(text: string, renaming: Renaming): boolean {
  return (
    renaming.names.mayBeIn(text) && renameValue(wholeText(text), idsIn(text), renaming) !== text
  );
}

/** Returns JSON with an alias in the place of a subject. */
function renameJson(json: string, others: SubjectIds, renaming: Renaming, isFree: boolean): string {
  const rename = (value: JsonText) => renameValue(value, others, renaming);
  return replaceTexts(json, rename, renaming, isFree, (name) => see(name, renaming));
}

function see(text: string, { names, onStays }: Renaming): void {
  // Escapes alone say nothing.
  if (onStays !== undefined && !text.includes("\\u") && names.mayBeIn(text)) onStays(text);
}

/** A text in JSON: the value of a field, or of a list in it. */
export interface JsonText {
  /**
   * The name of its field; empty outside of objects, and {@link FREE} where a device has chosen it.
   */
  readonly field: string;
  readonly text: string;
  /** Whether JSON in it is free: a device or an app has chosen the names of its fields. */
  readonly isFree: boolean;
}

/** Returns a text that is not in JSON, with the fields of the format. */
export function wholeText(text: string): JsonText {
  return { field: "", text, isFree: false };
}

/** A text of JSON, also one that does not end, or a punctuation mark. */
const TOKEN = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"?|[{}[\],:]/g;

interface Container {
  /** Absent around all. */
  readonly outside?: Container;
  readonly isObject: boolean;
  field: string;
  isAtName: boolean;
  readonly isFree: boolean;
}

/**
 * Replaces texts of JSON that are values, and leaves all else as it was written: names of fields,
 * numbers, spaces, escapes. It reads broken JSON as far as it can be told what a text is.
 *
 * @param onName Called with the name of each field.
 */
function replaceTexts(
  json: string,
  replace: (value: JsonText) => string,
  options: TextFormat,
  isFree = false,
  onName?: (name: string) => void,
): string {
  let inside: Container = { isObject: false, field: "", isAtName: false, isFree };
  return json.replace(TOKEN, (token) => {
    if (!token.startsWith('"')) {
      inside = follow(inside, token, options);
      return token;
    }
    const text = tryParseJson(token);
    if (typeof text !== "string") return token;
    if (inside.isAtName) {
      inside.field = text;
      onName?.(text);
      return token;
    }
    const replaced = replace(textIn(inside.field, text, inside.isFree, options));
    return replaced === text ? token : JSON.stringify(replaced);
  });
}

/** Follows a punctuation mark, into or out of a container. */
function follow(outside: Container, mark: string, options: TextFormat): Container {
  const { field, isFree, isObject } = outside;
  if (mark === "{")
    return {
      outside,
      isObject: true,
      field: "",
      isAtName: true,
      isFree: isFree || !isPart(field, options),
    };
  if (mark === "[") return { outside, isObject: false, field, isAtName: false, isFree };
  if (mark === "}" || mark === "]") return outside.outside ?? outside;
  if (isObject) outside.isAtName = mark === ",";
  return outside;
}

/** What a text is: JSON as a whole, something that begins as JSON does, or anything else. */
function jsonKind(text: string): "json" | "broken" | "text" {
  if (!/^\s*[{[]/.test(text)) return "text";
  return tryParseJson(text) === undefined ? "broken" : "json";
}
