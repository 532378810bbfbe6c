import type { FunctionDefinition, Resource } from "@rainhooks/webhook/define";
import type { Statement } from "../policy.ts";

const QUERY = "dynamodb:Query";

/** What a function may do with its resources: just the calls that its definition names. */
export function resourceGrants(
  { resources }: Pick<FunctionDefinition, "resources">,
  arnOf: (name: string) => string,
): Statement[] {
  return Object.values(resources).flatMap((resource) => [
    {
      actions: resource.actions,
      resources: [arnOf(resource.kind === "table" ? resource.table.name : resource.stream.name)],
    },
    ...indexGrants(resource, arnOf),
  ]);
}

/** Who queries a table may query its indexes, which IAM knows as resources of their own. */
function indexGrants(resource: Resource, arnOf: (name: string) => string): Statement[] {
  if (resource.kind !== "table" || !resource.actions.includes(QUERY)) return [];
  const { name, indexes = [] } = resource.table;
  if (indexes.length === 0) return [];
  return [{ actions: [QUERY], resources: indexes.map((index) => `${arnOf(name)}/index/${index.name}`) }];
}
