import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { openApiDocument } from "../openapi.ts";
import type { Reply } from "./call.ts";

/** A parameter as the document describes it. */
export interface DocumentedParameter {
  readonly name: string;
  readonly in: "path" | "query";
  readonly required: boolean;
  readonly schema: {
    readonly type?: string;
    readonly enum?: readonly string[];
    readonly minimum?: number;
    readonly maximum?: number;
    readonly maxLength?: number;
    readonly oneOf?: readonly object[];
    readonly default?: unknown;
  };
}

interface Media {
  readonly [type: string]: { readonly schema: object };
}

/** An operation as the document describes it. */
export interface Operation {
  readonly operationId: string;
  readonly parameters: readonly DocumentedParameter[];
  readonly responses: Readonly<Record<string, { readonly content: Media }>>;
}

/** What the tests read of the document. */
export interface Document {
  readonly paths: Readonly<Record<string, { readonly get: Operation }>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

/** The document, as it is handed out. */
export const DOCUMENT = JSON.parse(JSON.stringify(openApiDocument({ signed: true }))) as Document &
  Record<string, unknown>;

const ajv = new Ajv2020({ strict: true, allErrors: true });
addFormats.default(ajv);
const validators = new Map<string, ValidateFunction>();

/**
 * What is wrong with a reply by the word of the document, where nothing may be in an answer that is not described; `undefined` when
 * it is as described.
 */
export function breachOf(path: string, { status, headers, text }: Reply): string | undefined {
  const type = String(headers["content-type"]).split(";")[0] ?? "";
  const schema = DOCUMENT.paths[path]?.get.responses[status]?.content[type]?.schema;
  if (schema === undefined) return `${status} with ${type} is not described`;
  const key = `${path} ${status}`;
  const validate = validators.get(key) ?? ajv.compile(closed(resolved(schema)));
  validators.set(key, validate);
  return validate(JSON.parse(text)) ? undefined : `${ajv.errorsText(validate.errors)} in ${text}`;
}

function resolved(schema: object): object {
  const reference = "$ref" in schema ? String(schema.$ref).split("/").at(-1) : undefined;
  return reference === undefined ? schema : (DOCUMENT.components.schemas[reference] ?? {});
}

/** A schema whose objects have no properties but those that it names. */
function closed(schema: unknown): object {
  if (Array.isArray(schema)) return schema.map(closedPart);
  const parts = Object.entries(schema as object).map(([key, value]) => [key, closedPart(value)]);
  const object = Object.fromEntries(parts);
  return "properties" in object ? { ...object, additionalProperties: false } : object;
}

function closedPart(part: unknown): unknown {
  return typeof part === "object" && part !== null ? closed(part) : part;
}
