import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { openApiDocument } from "../openapi.ts";
import type { Reply } from "./call.ts";

/** A parameter in the document. */
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

/** An operation in the document. */
export interface Operation {
  readonly operationId: string;
  readonly parameters: readonly DocumentedParameter[];
  readonly responses: Readonly<Record<string, { readonly content: Media }>>;
}

/** The parts of the document that the tests use. */
export interface Document {
  readonly paths: Readonly<Record<string, { readonly get: Operation }>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

/** The document as the API returns it. */
export const DOCUMENT = JSON.parse(JSON.stringify(openApiDocument({ signed: true }))) as Document &
  Record<string, unknown>;

const ajv = new Ajv2020({ strict: true, allErrors: true });
addFormats.default(ajv);
const validators = new Map<string, ValidateFunction>();

/**
 * Returns how a response differs from the document; `undefined` when it does not. Properties that
 * the document does not describe are not allowed.
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

/** Returns the schema without additional properties. */
function closed(schema: unknown): object {
  if (Array.isArray(schema)) return schema.map(closedPart);
  const parts = Object.entries(schema as object).map(([key, value]) => [key, closedPart(value)]);
  const object = Object.fromEntries(parts);
  return "properties" in object ? { ...object, additionalProperties: false } : object;
}

function closedPart(part: unknown): unknown {
  return typeof part === "object" && part !== null ? closed(part) : part;
}
