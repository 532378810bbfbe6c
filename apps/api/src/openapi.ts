import { questionsFor } from "@rainhooks/app-list/questions";
import { PAGE } from "@rainhooks/stage/query/ask";
import type { Param } from "@rainhooks/stage/query/params/param";
import type { Question } from "@rainhooks/stage/query/question";
import { toJsonSchema } from "@valibot/to-json-schema";
import { PROBLEM_JSON } from "./problem.ts";

type Json = Readonly<Record<string, unknown>>;

const PROBLEM_SCHEMA = {
  type: "object",
  required: ["type", "title", "status", "detail", "code"],
  properties: {
    type: { const: "about:blank" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string", description: "What is wrong and what to do, as text." },
    code: { type: "string", description: "Stable error code." },
  },
};

const SIGV4 = {
  type: "apiKey",
  name: "Authorization",
  in: "header",
  description: "AWS Signature Version 4.",
};

const PROBLEMS = {
  400: "A parameter is missing, unknown or wrong, or the page token belongs to another query.",
  404: "Unknown node or series.",
  413: "The result is too large: use a smaller limit.",
  500: "Internal error, or a table of the stage is missing: see the log of the function.",
  503: "The stage is busy, or the query takes too long: send the same request again.",
};

/**
 * Builds the OpenAPI 3.1 document of the API from the queries.
 *
 * @param options Whether requests must be signed.
 */
export function openApiDocument({ signed }: { readonly signed: boolean }): Json {
  return {
    openapi: "3.1.1",
    info: {
      title: "Rainhooks",
      version: "1",
      description: `Nodes and time series of one stage.${signed ? " Requests are signed with AWS credentials (Signature Version 4, service `lambda`)." : ""} Times in results are epoch milliseconds.`,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/", description: "The URL of the stage's function." }],
    ...(signed ? { security: [{ sigv4: [] }] } : {}),
    paths: Object.fromEntries(
      questionsFor().map((question) => [question.path, { get: operation(question) }]),
    ),
    components: {
      ...(signed ? { securitySchemes: { sigv4: SIGV4 } } : {}),
      schemas: { Problem: PROBLEM_SCHEMA },
    },
  };
}

function operation({ name, path, summary, params, paged, result }: Question): Json {
  const schema = schemaOf(result);
  return {
    operationId: name,
    summary,
    parameters: [
      ...Object.entries(params).map(([param, about]) => parameter(path, param, about)),
      ...(paged ? [PAGE_PARAMETER] : []),
    ],
    responses: {
      200: {
        description: "The result.",
        content: { "application/json": { schema: paged ? withNext(schema) : schema } },
      },
      ...Object.fromEntries(
        Object.entries(PROBLEMS).map(([status, description]) => [
          status,
          {
            description,
            content: { [PROBLEM_JSON]: { schema: { $ref: "#/components/schemas/Problem" } } },
          },
        ]),
      ),
    },
  };
}

const PAGE_PARAMETER = {
  name: PAGE,
  in: "query",
  required: false,
  description:
    "`next` of the previous page. All other parameters except limit must be the same as for that page.",
  schema: { type: "string", minLength: 1, pattern: "^[A-Za-z0-9_-]+$" },
};

function parameter(
  path: string,
  name: string,
  { description, schema, fallback }: Param<unknown>,
): Json {
  return {
    name,
    in: path.includes(`{${name}}`) ? "path" : "query",
    required: fallback === undefined,
    description,
    schema,
  };
}

function withNext(schema: Json): Json {
  const properties = schema["properties"] as Json;
  const next = { type: "string", description: "Token of the next page; the last page has none." };
  return { ...schema, properties: { ...properties, next } };
}

function schemaOf(result: Question["result"]): Json {
  const { $schema, ...schema } = toJsonSchema(result, {
    target: "draft-2020-12",
    errorMode: "throw",
    ignoreActions: ["readonly"],
  });
  return schema;
}
