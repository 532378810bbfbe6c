import { join } from "node:path";
import { API, type Checker, SymbolFlags, type Symbol as TsSymbol, type Type } from "typescript/unstable/sync";

const INFRA = join(import.meta.dirname, "../..");
const CONFIG = join(INFRA, "src/config/config.ts");

/** A field of a stage's configuration. */
export interface DocumentedField {
  /** With the fields that it is in, such as `archive.format`. */
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  readonly text: string;
  readonly defaultValue: string;
}

/** Reads the fields of `StageConfig`, and of the types in it, from their declarations and comments. */
export function stageFields(): DocumentedField[] {
  const api = new API();
  try {
    const tsconfig = join(INFRA, "tsconfig.json");
    const project = api.updateSnapshot({ openProjects: [tsconfig] }).getProject(tsconfig);
    const source = project?.program.getSourceFile(CONFIG);
    if (project === undefined || source === undefined) throw new Error(`${CONFIG} cannot be read.`);
    const { checker } = project;
    const module = checker.getSymbolAtLocation(source);
    const symbol = module && checker.getExportsOfModule(module).find(({ name }) => name === "StageConfig");
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
  return {
    path,
    type: plain(checker.typeToString(type)),
    required: (symbol.flags & SymbolFlags.Optional) === 0,
    text: oneLine(checker.getDocumentationCommentOfSymbol(symbol)),
    defaultValue: oneLine(tagText(tag?.text)),
  };
}

/** Fields of a type of ours, of one among several, or of the values of a record. */
function nestedFields(checker: Checker, type: Type, path: string): DocumentedField[] {
  const alternatives = type.isUnionType() ? (type.getTypes() ?? []) : [type];
  return alternatives.flatMap((one) => {
    if (isOurs(one)) return fieldsOf(checker, one, `${path}.`);
    const [values] = checker.getIndexInfosOfType(one);
    return values !== undefined && isOurs(values.valueType)
      ? fieldsOf(checker, values.valueType, `${path}.<name>.`)
      : [];
  });
}

/** The names of the types whose fields are fields of a stage. */
const OURS =
  /^(S3State|IamConfig|FunctionChanges|FunctionAlarms|(Topics|Archive|Tables|Forward|Alarms)Config)$/;

function isOurs(type: Type): boolean {
  return OURS.test(type.getSymbol()?.name ?? "");
}

function tagText(text: unknown): string {
  if (Array.isArray(text)) return text.map((part) => String(part.text)).join("");
  return typeof text === "string" ? text : "";
}

/** Shortens a type to what a reader of the page needs. */
function plain(type: string): string {
  return type
    .replaceAll("readonly ", "")
    .replace(/"\w+\.event\.\w+"( \| "\w+\.event\.\w+")+/g, "event type")
    .replace(/^Readonly<Record<string, FunctionChanges>>$/, "object")
    .replaceAll("Readonly<Record<string, SettingInput>>", "{ [name]: value or place }")
    .replace(/^Readonly<Partial<Record<(.*), (.*)>>>$/, "{ [$1]: $2 }")
    .replace(/^Readonly<Record<(.*), (.*)>>$/, "{ [$1]: $2 }")
    .replace(/\b(S3State|IamConfig|FunctionAlarms|\w+Config)\b/g, "object");
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
