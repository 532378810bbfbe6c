import { notFound } from "@rainhooks/core/errors";
import {
  type FunctionDefinition,
  triggeredBy,
  type Webhook,
} from "@rainhooks/webhook/define-function";
import type { ExtensionData } from "./extension-data.ts";

/** The functions of a project: those that come with Rainhooks, and its own. */
export type Functions = readonly FunctionDefinition[];

/** What a stage can have. */
export interface ProjectContents {
  readonly functions: Functions;
  readonly extensions: readonly ExtensionData[];
}

/** Returns the definition of a webhook; `undefined` if there is none of that name. */
export function findWebhook(functions: Functions, webhook: string): Webhook | undefined {
  return triggeredBy(functions, "topics").find(({ name }) => name === webhook);
}

/**
 * Returns the definition of a webhook.
 *
 * @throws {RainhooksError} `not-found` if there is none.
 */
export function requireWebhook(functions: Functions, webhook: string): Webhook {
  const definition = findWebhook(functions, webhook);
  if (definition !== undefined) return definition;
  throw notFound(`There is no webhook ${webhook} here.`);
}
