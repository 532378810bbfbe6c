import { join } from "node:path";
import { StageSchema } from "@rainhooks/infra/config";
import type { Value } from "@rainhooks/stack/config/values";
import {
  API,
  type Checker,
  SymbolFlags,
  type Symbol as TsSymbol,
  type Type,
} from "typescript/unstable/sync";

const INFRA = join(import.meta.dirname, "../../../infra");
const CONFIG = join(INFRA, "src/config.ts");

/** A field of a stage's configuration. */
export interface DocumentedField {
  /** With the fields that it is in, such as `archive.format`. */
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  readonly text: string;
  readonly defaultValue: string;
}

/**
 * Reads the fields of `StageConfig`, and of the types in it, from their declarations and comments.
 */
export function stageFields(): DocumentedField[] {
  const api = new API();
  try {
    const tsconfig = join(INFRA, "tsconfig.json");
    const project = api.updateSnapshot({ openProjects: [tsconfig] }).getProject(tsconfig);
    const source = project?.program.getSourceFile(CONFIG);
    if (project === undefined || source === undefined) throw new Error(`${CONFIG} cannot be read.`);
    const { checker } = project;
    const module = checker.getSymbolAtLocation(source);
    const symbol =
      module && checker.getExportsOfModule(module).find(({ name }) => name === "StageConfig");
    if (symbol === undefined) throw new Error(`${CONFIG} does not export StageConfig.`);
    return fieldsOf(checker, checker.getDeclaredTypeOfSymbol(symbol), "");
  } finally {
    api.close();
  }
}

function fieldsOf(checker: Checker, type: Type, prefix: string): DocumentedField[] {
  return checker.getPropertiesOfType(type).flatMap((symbol) => {
    const path = `${prefix}${symbol.name}`;
    const whole = checker.getTypeOfSymbol(symbol);
    const own = whole && checker.getNonNullableType(whole);
    if (own === undefined) throw new Error(`The type of ${path} is not known.`);
    return [fieldOf(checker, symbol, own, path), ...nestedFields(checker, own, path)];
  });
}

function fieldOf(checker: Checker, symbol: TsSymbol, type: Type, path: string): DocumentedField {
  const tag = checker.getJsDocTagsOfSymbol(symbol).find(({ name }) => name === "defaultValue");
  const nested = alternatives(type).find((one) => hasFields(checker, valuesOf(checker, one)));
  const text = checker.typeToString(type);
  return {
    path,
    type: nested === undefined ? plain(text) : text.replace(checker.typeToString(nested), "object"),
    required: (symbol.flags & SymbolFlags.Optional) === 0,
    text: oneLine(checker.getDocumentationCommentOfSymbol(symbol)),
    defaultValue: tag === undefined ? defaultText(path) : oneLine(tagText(tag.text)),
  };
}

/** Returns the default of a field, if it is a value: its table has it. */
function defaultText(path: string): string {
  let field: Value<unknown> = StageSchema;
  for (const name of path.split(".")) {
    const inner = field.entries?.[name];
    if (inner === undefined) return "";
    field = inner;
  }
  if (!("fallback" in field)) return "";
  const { fallback } = field;
  if (typeof fallback === "string") return fallback === "" ? "" : `\`${fallback}\``;
  if (typeof fallback === "number") return fallback.toLocaleString("en-US");
  return typeof fallback === "boolean" ? String(fallback) : "";
}

/** Fields of an object of ours, of one among several types, or of the values of a record. */
function nestedFields(checker: Checker, type: Type, path: string): DocumentedField[] {
  return alternatives(type).flatMap((one) => {
    const values = valuesOf(checker, one);
    if (!hasFields(checker, values)) return [];
    return fieldsOf(checker, values, values === one ? `${path}.` : `${path}.<name>.`);
  });
}

function alternatives(type: Type): readonly Type[] {
  return type.isUnionType() ? (type.getTypes() ?? []) : [type];
}

/** Returns the type of the values of a record, and any other type as it is. */
function valuesOf(checker: Checker, type: Type): Type {
  return checker.getIndexInfosOfType(type)[0]?.valueType ?? type;
}

/**
 * Whether a type is an object whose fields have comments, as those of the schemas in `config` have.
 */
function hasFields(checker: Checker, type: Type): boolean {
  if (!checker.typeToString(type).startsWith("{ ")) return false;
  const [first] = checker.getPropertiesOfType(type);
  return first !== undefined && checker.getDocumentationCommentOfSymbol(first) !== "";
}

function tagText(text: unknown): string {
  if (Array.isArray(text)) return text.map((part) => String(part.text)).join("");
  return typeof text === "string" ? text : "";
}

/** Shortens a type to what a reader of the page needs. */
function plain(type: string): string {
  return type
    .replace(/"\w+\.event\.\w+"( \| "\w+\.event\.\w+")+/g, "event type")
    .replaceAll("readonly ", "")
    .replace("SettingInput", "value or place")
    .replace(/^Readonly<\{ "\w+\.event\.\w+"\?: (\w+);.*\}>$/, "{ [event type]: $1 }")
    .replace(/^Readonly<\{ \[x: string\]: (.*); \}>$/, "{ [name]: $1 }");
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
