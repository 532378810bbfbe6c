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
   * Called with a text that stays and has the subject as a part of a longer word, or with the name of a
   * field.
   */
  readonly onStays?: ((text: string) => void) | undefined;
}

/** How a subject is renamed in texts. */
export interface Renaming extends Sightings {
  readonly names: SubjectNames;
  readonly alias: string;
  /**
   * Whether texts in fields called `name` stay, too: they are names of series or rules. @defaultValue false
   */
  readonly keepsNames?: boolean;
  /**
   * Whether what a receiver has responded is replaced as a whole: it may repeat all that was sent.
   * @defaultValue false
   */
  readonly dropsResponses?: boolean;
}

type Holds = "node" | "user" | "kept" | "response" | "name" | "condition";

/**
 * What fields hold, whatever their spelling, in events of RainMaker (all fields of `DATA_SHAPES` with ids)
 * and in our tables.
 */
const FIELDS = new Map<string, Holds>([
  ...list("node", "nodeid nodeids nodes nodelist clientid members"),
  ...list("user", "userid username primaryusername secondaryusername sharedfrom sharedto"),
  ...list(
    "kept",
    "eventtype eventversion topic topicarn series rule kind notice severity dt datatype type method",
  ),
  ...list("kept", "outcome state userrole role destination destinations place after"),
  ...list("condition", "where when"),
  ...list("response", "response error"),
  ...list("name", "name"),
]);

function list(holds: Holds, fields: string): [string, Holds][] {
  return fields.split(" ").map((field) => [field, holds]);
}

function holdsOf(field: string): Holds | undefined {
  return FIELDS.get(field.replaceAll("_", "").toLowerCase());
}

/** Returns the ids and names in fields of JSON, and of JSON in its texts. */
export function idsIn(json: string): SubjectIds {
  const ids = { nodes: new Set<string>(), users: new Set<string>() };
  const read = ({ field, text }: JsonText): string => {
    const holds = holdsOf(field);
    if (holds === "node") ids.nodes.add(text);
    if (holds === "user") ids.users.add(text);
    return jsonKind(text) === "text" ? text : replaceTexts(text, read);
  };
  replaceTexts(json, read);
  return ids;
}

/**
 * Returns the value of a field with an alias in the place of a subject. Fields with ids are compared as a
 * whole; names of fields, and what says what something is, stay; other texts have it as words.
 *
 * @param others Ids and names of others that may stand in the text.
 */
export function renameValue({ field, text }: JsonText, others: SubjectIds, renaming: Renaming): string {
  const { names, alias } = renaming;
  if (!names.mayBeIn(text)) return text;
  const holds = holdsOf(field);
  if (holds === "response" && renaming.dropsResponses)
    return renameText(text, others, renaming) === text ? text : alias;
  if (holds === "node" || holds === "user") return renameId(text, holds, renaming);
  if (holds === "kept" || (holds === "name" && renaming.keepsNames)) return text;
  return holds === "condition" ? renameLiterals(text, renaming) : renameText(text, others, renaming);
}

function renameId(text: string, holds: "node" | "user", { names, alias }: Renaming): string {
  const isSubject = names.subject.kind === holds && names.isName(text, holds === "node" ? holds : undefined);
  return isSubject ? alias : text;
}

function renameText(text: string, others: SubjectIds, renaming: Renaming): string {
  const isJson = jsonKind(text) === "json";
  return isJson ? renameJson(text, others, renaming) : renameWords(text, others, renaming);
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

function renameWords(text: string, ids: SubjectIds, renaming: Renaming): string {
  const { names, alias } = renaming;
  const inside = jsonKind(text) === "broken" ? renameJson(text, ids, renaming) : text;
  const renamed = names.replacedIn(inside, alias, othersIn(ids, renaming));
  // In what is about the subject, its name is no other's.
  const isSure = names.isName(text) || [...ids.nodes, ...ids.users].some((one) => names.isName(one));
  if (renamed !== text && !isSure) renaming.onWord?.(text);
  if (renamed === text && !ids.nodes.has(text) && !ids.users.has(text)) see(text, renaming);
  return renamed;
}

/** Returns whether a text, which may be JSON, names a subject. */
export function isNamedIn(text: string, renaming: Renaming): boolean {
  return renaming.names.mayBeIn(text) && renameValue({ field: "", text }, idsIn(text), renaming) !== text;
}

/** Returns JSON with an alias in the place of a subject. */
function renameJson(json: string, others: SubjectIds, renaming: Renaming): string {
  return replaceTexts(
    json,
    (value) => renameValue(value, others, renaming),
    (name) => see(name, renaming),
  );
}

function see(text: string, { names, onStays }: Renaming): void {
  // Escapes alone say nothing.
  if (onStays !== undefined && !text.includes("\\u") && names.mayBeIn(text)) onStays(text);
}

/** A text in JSON: the value of a field, or of a list in it. */
export interface JsonText {
  /** The name of its field; empty outside of objects. */
  readonly field: string;
  readonly text: string;
}

/** A text of JSON, also one that does not end, or a punctuation mark. */
const TOKEN = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"?|[{}[\],:]/g;

interface Container {
  readonly isObject: boolean;
  field: string;
  isAtName: boolean;
}

/**
 * Replaces texts of JSON that are values, and leaves all else as it was written: names of fields, numbers,
 * spaces, escapes. It reads broken JSON as far as it can be told what a text is.
 *
 * @param onName Called with the name of each field.
 */
function replaceTexts(
  json: string,
  replace: (value: JsonText) => string,
  onName: (name: string) => void = () => undefined,
): string {
  const open: Container[] = [];
  return json.replace(TOKEN, (token) => {
    if (!token.startsWith('"')) {
      follow(open, token);
      return token;
    }
    const text = tryParseJson(token);
    if (typeof text !== "string") return token;
    const inside = open.at(-1);
    if (inside?.isAtName) {
      inside.field = text;
      onName(text);
      return token;
    }
    const replaced = replace({ field: inside?.field ?? "", text });
    return replaced === text ? token : JSON.stringify(replaced);
  });
}

/** Follows a punctuation mark. */
function follow(open: Container[], mark: string): void {
  const inside = open.at(-1);
  if (mark === "{" || mark === "[")
    open.push({ isObject: mark === "{", field: inside?.field ?? "", isAtName: mark === "{" });
  else if (mark === "}" || mark === "]") open.pop();
  else if (inside?.isObject) inside.isAtName = mark === ",";
}

/** What a text is: JSON as a whole, something that begins as JSON does, or anything else. */
function jsonKind(text: string): "json" | "broken" | "text" {
  if (!/^\s*[{[]/.test(text)) return "text";
  return tryParseJson(text) === undefined ? "broken" : "json";
}
