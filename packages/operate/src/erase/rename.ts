import { type JsonText, jsonKind, replaceTexts } from "./json-texts.ts";
import type { SubjectNames } from "./subject.ts";

/** Ids and names of nodes, and those of users. */
export interface FoundIds {
  readonly nodes: ReadonlySet<string>;
  readonly users: ReadonlySet<string>;
}

/** What was seen of a subject in texts. */
export interface Sightings {
  /** Called with a text that has the subject as a word. Is it the subject? */
  readonly onWord?: ((text: string) => void) | undefined;
  /** Called with a text that stays and has the subject as a part of a longer word, or with the name of a field. */
  readonly onStays?: ((text: string) => void) | undefined;
}

/** How a subject is renamed in texts. */
export interface Renaming extends Sightings {
  readonly names: SubjectNames;
  readonly alias: string;
  /** Whether texts in fields called `name` stay, too: they are names of series or rules. @defaultValue false */
  readonly keepsNames?: boolean;
  /** Whether what a receiver has responded is replaced as a whole: it may repeat all that was sent. @defaultValue false */
  readonly dropsResponses?: boolean;
}

type Holds = "node" | "user" | "kept" | "response" | "name";

/** What fields hold, whatever their spelling, in events of RainMaker (all fields of `DATA_SHAPES` with ids) and in our tables. */
const FIELDS = new Map<string, Holds>([
  ...list("node", "nodeid nodeids nodes nodelist clientid members"),
  ...list("user", "userid username primaryusername secondaryusername sharedfrom sharedto"),
  ...list(
    "kept",
    "eventtype eventversion topic series rule kind notice severity dt datatype method outcome state",
  ),
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
export function idsIn(json: string): FoundIds {
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
 * Returns the value of a field with an alias in the place of a subject. Fields with ids are compared as a whole; names of fields, and what says what
 * something is, stay; other texts have it as words.
 *
 * @param others Ids and names of others that may stand in the text.
 */
export function renameValue({ field, text }: JsonText, others: FoundIds, renaming: Renaming): string {
  const { names, alias } = renaming;
  if (!names.mayBeIn(text)) return text;
  if (jsonKind(text) === "json") return renameJson(text, others, renaming);
  const holds = holdsOf(field);
  if (holds === "node" || holds === "user")
    return holds === names.subject.kind && names.isName(text) ? alias : text;
  if (holds === "kept" || (holds === "name" && renaming.keepsNames)) return text;
  const renamed = renameWords(text, others, renaming);
  return renamed !== text && holds === "response" && renaming.dropsResponses ? alias : renamed;
}

function renameWords(text: string, others: FoundIds, renaming: Renaming): string {
  const { names, alias } = renaming;
  const inside = jsonKind(text) === "broken" ? renameJson(text, others, renaming) : text;
  const renamed = names.replacedIn(inside, alias, [...others.nodes, ...others.users]);
  // In what is about the subject, its name is no other's.
  const isSure = [...others.nodes, ...others.users, text].some(names.isName);
  if (renamed !== text && !isSure) renaming.onWord?.(text);
  if (renamed === text && !others.nodes.has(text) && !others.users.has(text)) see(text, renaming);
  return renamed;
}

/** Returns whether a text, which may be JSON, names a subject. */
export function isNamedIn(text: string, renaming: Renaming): boolean {
  return renaming.names.mayBeIn(text) && renameValue({ field: "", text }, idsIn(text), renaming) !== text;
}

/** Returns JSON with an alias in the place of a subject. */
function renameJson(json: string, others: FoundIds, renaming: Renaming): string {
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
