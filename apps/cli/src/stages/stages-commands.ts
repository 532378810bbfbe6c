import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { addStageOptions } from "@rainhooks/stage/commands/options";

/** Adds `rainhooks stage`, which describes and lists stages. */
export function addStageCommands(program: CommandUnknownOpts): void {
  const stage = program.command("stage").description("show the resources of a stage, and list stages");
  const show = stage
    .command("show", { isDefault: true })
    .argument("[webhook]", "only this webhook or worker, with its settings")
    .description("show the resources of a stage, or of a webhook or worker on it")
    .option("--json", "print JSON");
  addStageOptions(show).action(async (webhook, options) =>
    (await import("./show-stage.ts")).showStageCommand(webhook, options),
  );
  stage
    .command("ls")
    .description("list the stages that are deployed in an AWS region")
    .option("--region <name>", "AWS region (default: from your AWS configuration)")
    .option("--json", "print JSON")
    .action(async (options) => (await import("./list-stages.ts")).listStagesCommand(options));
}
