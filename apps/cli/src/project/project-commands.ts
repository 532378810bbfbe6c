import type { CommandUnknownOpts } from "@commander-js/extra-typings";

/** Adds what a project with Rainhooks as installed packages needs: `start`, `new-webhook` and `synth`. */
export function addProjectCommands(program: CommandUnknownOpts): void {
  // Their arguments are read by what they run.
  const passOn = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .argument("[arguments...]")
      .allowUnknownOption()
      .helpOption(false);
  passOn("start", "run a stage on this machine, with RainMaker; --help lists its options").action(
    async (args) => {
      const { run } = await import("@rainhooks/app-local/run");
      process.exitCode = await run(args);
    },
  );
  passOn(
    "new-webhook",
    "make a webhook of your own: <name> [--events …] [--sink http|dynamodb|log|none]",
  ).action(async (args) => (await import("./new-webhook.ts")).newWebhook(args));
  program
    .command("synth")
    .description("write the Terraform configuration of the stages in this project")
    .action(async () => (await import("./synth.ts")).synth());
}
