import tab from "@bomb.sh/tab/commander";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { FUNCTIONS } from "@rainhooks/app-list";
import { EVENT_TYPES, shortType } from "@rainhooks/core/catalog";
import { triggeredBy } from "@rainhooks/webhook/define-function";

type Complete = (value: string, description: string) => void;

/**
 * Adds `complete`, which shells call for completions: commands, flags and choices, and also names
 * of webhooks, workers and events. Those are not declared as choices because a stage of another
 * version may have others.
 */
export function addCompletion(program: CommandUnknownOpts): void {
  // The same class, but the package declares its types twice.
  const completion = tab(program as unknown as Parameters<typeof tab>[0]);
  const setup = completion.setup.bind(completion);
  completion.setup = (name, executable, shell) =>
    console.log(loadableAgain(printedBy(() => setup(name, executable, shell))));
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

/** Returns what a function prints: the package only prints its scripts. */
function printedBy(run: () => void): string {
  const { log } = console;
  const lines: string[] = [];
  console.log = (line: string) => lines.push(line);
  try {
    run();
  } finally {
    console.log = log;
  }
  return lines.join("\n");
}

/**
 * The script for bash has read-only variables; a shell in which they are set already, also by
 * another program, keeps them.
 */
function loadableAgain(script: string): string {
  return script.replaceAll(
    /^(readonly (\w+)=\d+)$/gm,
    (_, line: string, name: string) => `[ -n "\${${name}-}" ] || ${line}`,
  );
}

function offerWebhooks(complete: Complete): void {
  for (const { name, description } of triggeredBy(FUNCTIONS, "topics", "queue"))
    complete(name, description);
}

function offerEvents(complete: Complete): void {
  for (const type of EVENT_TYPES) complete(shortType(type), "");
}
