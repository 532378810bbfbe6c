import { Argument, type CommandUnknownOpts, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { addStageOptions, addTimes } from "@rainhooks/stage/commands/options";
import type { Functions } from "@rainhooks/stage/functions";
import { functionsOption } from "../store-work/store-work-options.ts";

const STORES = ["archive", "node-status", "time-series"] as const;

/** Adds `rainhooks verify`, which compares what is stored with what was archived. */
export function addVerifyCommand(program: CommandUnknownOpts, functions: Functions): void {
  const verify = program
    .command("verify")
    .description("show whether a table is equal to what was archived, and the archive to what was published")
    .addArgument(new Argument("<store>", "what to verify").choices(STORES))
    .option("--node <nodes...>", "only these nodes, by id, start of it, or name (not for the archive)")
    .addOption(
      new Option("--sample <share>", "only this share of the nodes, chosen at random").argParser(share),
    )
    .addOption(functionsOption())
    .option("--json", "print JSON");
  const withTimes = addTimes(
    verify,
    "when SNS published the first (default: the first archived delivery; of the archive: a day before the end)",
    "end, exclusive (default: the last time that can be judged)",
  );
  addStageOptions(withTimes)
    .addHelpText("after", HELP)
    .action(async (store, options) => (await import("./verify.ts")).verifyCommand(store, options, functions));
}

function share(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 1) return value;
  throw new InvalidArgumentError("It must be above 0, and at most 1.");
}

const HELP = `
Exit codes: 0 equal, 1 different, 2 could not be judged (also: nothing was compared, or a service failed), 3 not found.

Examples:
  rainhooks verify node-status                       every field of every row, and the timeline
  rainhooks verify time-series --node my-node --from 2026-11-01
  rainhooks verify archive --from 2026-11-01 --to 2026-11-02 --json
  rainhooks verify time-series --sample 0.01         three of 256 partitions of the nodes`;
