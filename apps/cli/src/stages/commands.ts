import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { addStageOptions, refuseUnknown } from "../options.ts";

/** `rainhooks stage …`: what a stage consists of, and which there are. */
export function addStageCommands(program: CommandUnknownOpts): void {
  const stage = program
    .command("stage")
    .description("say what a stage consists of, and which stages there are");
  const show = stage
    .command("show", { isDefault: true })
    .allowExcessArguments()
    .hook("preAction", refuseUnknown)
    .description("say what a stage consists of, and where it is")
    .option("--json", "print JSON");
  addStageOptions(show).action(async (options) => (await import("./show.ts")).showStageCommand(options));
  stage
    .command("ls")
    .description("list the stages that are deployed in a region of AWS")
    .option("--region <name>", "AWS region (default: that of your AWS configuration)")
    .option("--json", "print JSON")
    .action(async (options) => (await import("./ls.ts")).listStagesCommand(options));
}
