import { RainhooksError } from "@rainhooks/core/errors";
import type { Webhook } from "@rainhooks/webhook/define-function";
import { webhookNamed } from "./index.ts";

/**
 * Returns the definition of a webhook.
 *
 * @throws {RainhooksError} `not-found` if this project has none.
 */
export function definitionOf(webhook: string): Webhook {
  const definition = webhookNamed(webhook);
  if (definition !== undefined) return definition;
  throw new RainhooksError("not-found", `There is no webhook ${webhook} here.`);
}
