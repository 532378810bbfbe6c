import type { FunctionDefinition, Resource } from "@rainhooks/webhook/define";
import type { Statement } from "../policy.ts";

const QUERY = "dynamodb:Query";

/** Returns the permissions of a function on its resources: only the actions in its definition. */
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

/** A function that may query a table may also query its indexes, which are separate resources in IAM. */
function indexGrants(resource: Resource, arnOf: (name: string) => string): Statement[] {
  if (resource.kind !== "table" || !resource.actions.includes(QUERY)) return [];
  const { name, indexes = [] } = resource.table;
  if (indexes.length === 0) return [];
  return [{ actions: [QUERY], resources: indexes.map((index) => `${arnOf(name)}/index/${index.name}`) }];
}
