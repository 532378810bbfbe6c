import { openApiDocument } from "@rainhooks/app-api/openapi";
import { cell, tableOf } from "./markdown.ts";

const HEAD = `# HTTP API

The queries of a stage over HTTP. All are \`GET\`. [asking.md](asking.md#the-query-api) says how to find the address and how requests are signed. The same as an OpenAPI 3.1 document:
\`GET /v1/openapi.json\` of each stage.

Times in results are epoch milliseconds. A list has pages: \`next\` of a result is the parameter \`page\` of the next request. The last page has none.

This page is made from the queries by \`npm run reference\`.
`;

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly description: string;
  readonly schema: {
    readonly type?: string;
    readonly enum?: readonly unknown[];
    readonly default?: unknown;
  };
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content: object }>
  >;
}

/** Returns the text of docs/http-api.md. */
export function httpApiPage(): string {
  const { paths } = openApiDocument({ signed: true }) as {
    readonly paths: Readonly<Record<string, { readonly get: Operation }>>;
  };
  const operations = Object.entries(paths);
  const [first] = operations;
  const problems = Object.entries(first?.[1].get.responses ?? {}).filter(
    ([status]) => status !== "200",
  );
  return [
    HEAD,
    tableOf(
      ["path", "query", "what it returns"],
      operations.map(([path, { get: one }]) => [
        `[\`${path}\`](#${one.operationId.toLowerCase()})`,
        `\`${one.operationId}\``,
        cell(one.summary),
      ]),
    ),
    "",
    "An error is `application/problem+json`: `status`, `title`, `detail` (what is wrong and what to do) and `code` ([errors](errors.md)).",
    "",
    tableOf(
      ["status", "when"],
      problems.map(([status, { description }]) => [status, cell(description)]),
    ),
    "",
    ...operations.flatMap(([path, { get: operation }]) => sectionOf(path, operation)),
  ].join("\n");
}

function sectionOf(
  path: string,
  { operationId, summary, parameters, responses }: Operation,
): string[] {
  const rows = parameters.map(({ name, in: place, required, description, schema }) => [
    `\`${name}\``,
    `${place}${required ? ", required" : ""}`,
    typeOf(schema),
    cell(description),
  ]);
  const content = responses["200"]?.content as
    | { "application/json": { schema: Fields } }
    | undefined;
  const fields = fieldsOf(content?.["application/json"].schema);
  return [
    `## ${operationId}`,
    "",
    `\`GET ${path}\`: ${cell(summary)}`,
    "",
    ...(rows.length === 0 ? [] : [tableOf(["parameter", "where", "type", ""], rows), ""]),
    `Returns ${fields}.`,
    "",
  ];
}

interface Fields {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

function fieldsOf({ properties = {}, required = [] }: Fields = {}): string {
  const names = Object.keys(properties).map(
    (name) => `\`${name}\`${required.includes(name) ? "" : "?"}`,
  );
  return names.length === 0 ? "an object" : names.join(", ");
}

function typeOf({ type = "string", enum: values, default: fallback }: Parameter["schema"]): string {
  const kind = values === undefined ? type : values.map((value) => `\`${value}\``).join(", ");
  return fallback === undefined ? kind : `${kind}; default \`${fallback}\``;
}
