import type { Tool } from "@modelcontextprotocol/server";
import { PROJECT } from "@rainhooks/app-list";
import { loadOperations } from "@rainhooks/app-list/operations";
import { questionsFor } from "@rainhooks/app-list/questions";
import { refuseRepeated } from "@rainhooks/app-list/refuse-repeated";
import { DURATION_PATTERN } from "@rainhooks/core/duration-text";
import { operationTools, type StageTool } from "@rainhooks/stage/operations/operation-tools";
import { type RequestFields, textsIn } from "@rainhooks/stage/operations/read-request";
import { ask, PAGE } from "@rainhooks/stage/query/ask";
import { TIME } from "@rainhooks/stage/query/params/kinds";
import type { Param, ParamSchema } from "@rainhooks/stage/query/params/param";
import { queryStage } from "@rainhooks/stage/query/query-stage";

const QUERIES = questionsFor(["read"]).map((question): StageTool => {
  const { name, summary, params, paged } = question;
  const textsOf = (given: RequestFields) => textsIn(params, given, Date.now());
  return {
    name,
    summary,
    params,
    paged,
    run: async (access, given) => ask(question, textsOf(given), queryStage(access)),
  };
});

const ALL = [...QUERIES, ...operationTools(await loadOperations(), PROJECT)];
refuseRepeated("queries or operations", ALL);

/**
 * What an assistant may run: nothing whose results can contain secrets, as those about attempts
 * can.
 *
 * @internal
 */
export const TOOLS: ReadonlyMap<string, StageTool> = new Map(ALL.map((tool) => [tool.name, tool]));

const NODE_HELP =
  "The start of the id, or the name of the node, also works if only one node has it.";
const TIME_HELP = "Also 90m, 2h, 3d or 1w: that long ago.";
const RELATIVE = { type: "string", pattern: DURATION_PATTERN, examples: ["2h", "7d"] };
const PAGE_PARAM = {
  type: "string",
  description:
    "`next` of the previous page. All other parameters except limit must be the same as for that page. Write times as dates then.",
};
const PAGED =
  "The result is one page; while it has `next`, there are more. A page of a filtered list can have few entries, or none, and still have `next`.";

/**
 * Describes the tools: names, parameters and descriptions of queries are those of the query API.
 */
export function describeTools(): Tool[] {
  return [...TOOLS.values()].map(({ name, summary, params, paged }) => {
    const known = Object.entries(params);
    return {
      name,
      description: [
        `${summary}. Times in results are epoch milliseconds.`,
        ...(paged ? [PAGED] : []),
      ].join(" "),
      inputSchema: {
        type: "object",
        properties: {
          ...Object.fromEntries(known.map(([key, param]) => [key, schemaOf(key, param)])),
          ...(paged ? { [PAGE]: PAGE_PARAM } : {}),
        },
        required: known.filter(([, { fallback }]) => fallback === undefined).map(([key]) => key),
        additionalProperties: false,
      },
      annotations: {
        readOnlyHint: true,
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: false,
      },
    };
  });
}

function schemaOf(name: string, { schema, description, placeholder }: Param<unknown>): ParamSchema {
  if (name === "node") return { ...schema, description: `${description} ${NODE_HELP}` };
  if (placeholder !== TIME) return { ...schema, description };
  const { oneOf } = schema;
  return {
    anyOf: [...(Array.isArray(oneOf) ? oneOf : []), RELATIVE],
    description: `${description} ${TIME_HELP}`,
  };
}
