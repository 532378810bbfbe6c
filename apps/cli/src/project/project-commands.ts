import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { asksForHelp, STAGE_TASKS } from "@rainhooks/stage/commands/usage.mjs";
import { asTyped } from "@rainhooks/stage/terminal/as-typed";

/**
 * Adds the commands of a project with Rainhooks as installed packages: `start`, `new-webhook`, and
 * those for stages in AWS.
 */
export function addProjectCommands(program: CommandUnknownOpts): void {
  // Their arguments are read by what they run.
  const passOn = (name: string, description: string, taken = "[arguments…]") =>
    program
      .command(name)
      .description(description)
      .argument("[arguments...]")
      .usage(taken)
      .allowUnknownOption()
      .helpOption(false);
  passOn("start", "run a stage on this machine, with RainMaker; --help lists its options").action(
    async (args) => {
      const { run } = await import("@rainhooks/app-local/run");
      process.exitCode = await run(args);
    },
  );
  const addTask = (
    task: string,
    [taken, what]: readonly [string, string],
    run: (args: readonly string[]) => Promise<void>,
  ) =>
    passOn(task, what, taken).action(async (args) => {
      if (asksForHelp(args)) console.log(asTyped(`Usage: rainhooks ${task} ${taken}\n\n${what}`));
      else await run(args);
    });
  addTask("new-webhook", [CHOICES, "make a webhook of your own"], async (args) =>
    (await import("./new-webhook.ts")).newWebhook(args),
  );
  for (const [task, usage] of Object.entries(STAGE_TASKS))
    addTask(task, usage, async (args) =>
      (await import("./stage-task.ts")).runStageTask(task, args),
    );
}

const CHOICES = "<name> [--events <event,…>] [--sink http|dynamodb|log|none]";
