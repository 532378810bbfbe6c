import tab from "@bomb.sh/tab/commander";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { WEBHOOKS, WORKERS } from "@rainhooks/app-webhook-list";
import { EVENT_TYPES, shortType } from "@rainhooks/core";

type Complete = (value: string, description: string) => void;

/**
 * Adds `complete`, which shells call for completions: commands, flags and choices, and also names of webhooks, workers and events. Those
 * are not declared as choices because a stage of another version may have others.
 */
export function addCompletion(program: CommandUnknownOpts): void {
  // The same class, but the package declares its types twice.
  const completion = tab(program as unknown as Parameters<typeof tab>[0]);
  for (const { arguments: args, options } of completion.commands.values()) {
    const webhook = args.get("webhook");
    if (webhook !== undefined) webhook.handler = offerWebhooks;
    for (const name of [
      args.get("event"),
      options.get("event"),
      options.get("events"),
      options.get("type"),
    ]) {
      if (name !== undefined) name.handler = offerEvents;
    }
  }
}

function offerWebhooks(complete: Complete): void {
  for (const { name, description } of [...WEBHOOKS, ...WORKERS]) complete(name, description);
}

function offerEvents(complete: Complete): void {
  for (const type of EVENT_TYPES) complete(shortType(type), "");
}
