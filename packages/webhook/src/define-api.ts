import {
  type FunctionDefinition,
  type FunctionShape,
  functionMistake,
  type Resources,
} from "./define-function.ts";

/** An HTTP API: a function that is invoked by requests. The infrastructure gives it a URL that requires AWS credentials. */
export type Api<R extends Resources = Resources> = FunctionDefinition<R, Record<string, never>>;

/**
 * Defines an HTTP API. Defaults: 512 MiB memory, because users wait for the response, and 30 s timeout.
 *
 * @throws {TypeError} for a definition that AWS would reject.
 *
 * @example
 * ```ts
 * import { nodeStatusTable } from "@rainhooks/node-status/table";
 * import { defineApi } from "@rainhooks/webhook/define";
 *
 * export const nodeApi = defineApi({
 *   name: "node-api",
 *   description: "Returns the status of nodes.",
 *   resources: {
 *     nodes: { kind: "table", env: "NODES_TABLE", table: nodeStatusTable, actions: ["dynamodb:GetItem"] },
 *   },
 * });
 * console.log(nodeApi.function); // { memoryMiB: 512, timeoutS: 30 }
 * ```
 */
export function defineApi<const R extends Resources>(input: {
  readonly name: string;
  readonly description: string;
  readonly resources: R;
  readonly function?: Partial<FunctionShape>;
}): Api<R> {
  const mistake = functionMistake(input);
  if (mistake !== undefined) throw new TypeError(`API ${JSON.stringify(input.name)}: ${mistake}.`);
  return { ...input, settings: {}, function: { memoryMiB: 512, timeoutS: 30, ...input.function } };
}
