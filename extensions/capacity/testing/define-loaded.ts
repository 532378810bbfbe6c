import { defineWebhook, type WebhookInput } from "@rainhooks/webhook/define";
import type { Load } from "@rainhooks/webhook/load";
import type { Resources } from "@rainhooks/webhook/resources";
import type { Settings } from "@rainhooks/webhook/settings/setting";
import type { LoadedWebhook } from "../stores.ts";

/** Defines a webhook that says what its events take. */
export function defineLoaded(
  input: WebhookInput<Resources, Settings> & { readonly load: Load },
): LoadedWebhook {
  return { ...defineWebhook(input), load: input.load };
}
