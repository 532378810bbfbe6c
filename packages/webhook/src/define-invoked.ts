import {
  type FunctionDefinition,
  type FunctionShape,
  functionMistake,
  type Resources,
} from "./define-function.ts";

/** A function that a program invokes, and waits for. It contains only data. */
export type InvokedFunction<R extends Resources = Resources> = FunctionDefinition<R, Record<string, never>>;

/**
 * Defines a function that a program invokes, and waits for: with the credentials of the program, by Lambda's own API. An invocation may be
 * repeated, also while the one before still runs, so it must do no harm twice.
 *
 * @throws {TypeError} for a definition that AWS would reject.
 *
 * @example
 * ```ts
 * import { nodeStatusTable } from "@rainhooks/node-status/table";
 * import { defineInvokedFunction } from "@rainhooks/webhook/define";
 *
 * export const count = defineInvokedFunction({
 *   name: "count",
 *   description: "Counts the nodes of a part of the table.",
 *   resources: {
 *     nodes: { kind: "table", env: "NODES_TABLE", table: nodeStatusTable, actions: ["dynamodb:Scan"] },
 *   },
 * });
 * console.log(count.function); // { memoryMiB: 512, timeoutS: 60 }
 * ```
 */
export function defineInvokedFunction<const R extends Resources>(input: {
  readonly name: string;
  readonly description: string;
  readonly resources: R;
  readonly function?: Partial<FunctionShape>;
}): InvokedFunction<R> {
  const mistake = functionMistake(input);
  if (mistake !== undefined) throw new TypeError(`Function ${JSON.stringify(input.name)}: ${mistake}.`);
  return { ...input, settings: {}, function: { memoryMiB: 512, timeoutS: 60, ...input.function } };
}
