import { RainhooksError } from "@rainhooks/core";
import type { StageOutputs } from "@rainhooks/stage";
import type { ReachedStage } from "./stage.ts";

/**
 * Returns the deployed names of a webhook.
 *
 * @throws {RainhooksError} `not-found` when the stage has no such webhook.
 */
export function webhookOf({ outputs }: ReachedStage, webhook: string): StageOutputs["webhooks"][string] {
  const found = Object.hasOwn(outputs.webhooks, webhook) ? outputs.webhooks[webhook] : undefined;
  if (found !== undefined) return found;
  const there = Object.keys(outputs.webhooks).join(", ");
  throw new RainhooksError(
    "not-found",
    `Stage ${outputs.stage} has no webhook ${webhook}. It has: ${there}.`,
  );
}
