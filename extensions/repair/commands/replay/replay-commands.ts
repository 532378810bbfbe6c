import {
  type Command,
  type CommandUnknownOpts,
  Option,
  type OptionValues,
} from "@commander-js/extra-typings";
import {
  addFormatOptions,
  addStageOptions,
  addWatch,
  MAX_COUNT,
  readTime,
  timeOption,
  wholeNumber,
} from "@rainhooks/stage/commands/options";
import type { Functions } from "@rainhooks/stage/functions";

const RATE = 500;
const MAX_RATE = 100_000;
/** New dead letters after which a replay fails by default. */
export const MAX_DEAD_LETTERS = 100;

/** Adds `rainhooks replay`, which sends archived deliveries to one webhook again. */
export function addReplayCommands(program: CommandUnknownOpts, functions: Functions): void {
  const replay = program
    .command("replay")
    .description("send archived deliveries to one webhook again")
    .addHelpText("after", HELP);
  addPlan(replay, functions);
  addStart(replay, functions);
  const ls = replay.command("ls").description("list the replays of a stage, newest first");
  addStageOptions(addFormatOptions(ls)).action(async (options) =>
    (await import("./list-replays.ts")).lsCommand(options),
  );
  addShow(replay);
  const cancel = replay
    .command("cancel")
    .description("stop a replay within a second; what was sent stays sent")
    .argument("<id>", "id of the replay");
  addStageOptions(cancel).action(async (id, options) =>
    (await import("./end.ts")).cancelCommand(id, options),
  );
  addResume(replay);
}

function addPlan(replay: CommandUnknownOpts, functions: Functions): void {
  const plan = replay
    .command("plan")
    .description("show what a replay would read, send and cost; nothing is sent")
    .option("--json", "print JSON");
  addStageOptions(addSelection(plan)).action(async (options) =>
    (await import("./plan-replay.ts")).planCommand(options, functions),
  );
}

function addStart(replay: CommandUnknownOpts, functions: Functions): void {
  const start = replay
    .command("start")
    .description("show the plan of a replay, and run it after a confirmation")
    .option("--yes", "skip the confirmation");
  addStageOptions(addSelection(start)).action(async (options) =>
    (await import("./start-replay.ts")).startCommand(options, functions),
  );
}

function addShow(replay: CommandUnknownOpts): void {
  const show = replay
    .command("show")
    .description("show a replay: what it sends, how far it is, what was wrong")
    .argument("<id>", "id of the replay")
    .option("--json", "print JSON");
  addStageOptions(addWatch(show)).action(async (id, options) =>
    (await import("./show-replay.ts")).showCommand(id, options),
  );
}

function addResume(replay: CommandUnknownOpts): void {
  const resume = replay
    .command("resume")
    .description("go on with a replay that was interrupted or cancelled, or has failed")
    .argument("<id>", "id of the replay")
    .addOption(rateOption("maximum deliveries per second (default: as before)"))
    .addOption(deadLettersOption("new dead letters after which it fails (default: as before)"));
  addStageOptions(resume).action(async (id, options) =>
    (await import("./end.ts")).resumeCommand(id, options),
  );
}

/** Adds the options that select deliveries. */
function addSelection<Args extends unknown[], Opts extends OptionValues>(command: Command<Args, Opts>) {
  const selected = command
    .requiredOption("--webhook <name>", "the webhook that gets them")
    .option("--event <types...>", "only these event types, such as alert")
    .option("--node <nodes...>", "only deliveries about these nodes, by id, start of it, or name")
    .option("--id <ids...>", "only deliveries with these whole ids (SNS message ids)")
    .option("--ids-from <file>", "only deliveries whose ids are in this file, one per line")
    .option("--address <name>", "for this part of the webhook, such as one of its destinations")
    .addOption(
      new Option("--find-with <service>", "let Athena find few deliveries in many (deployed stages)").choices(
        ["athena"] as const,
      ),
    )
    .addOption(rateOption("maximum deliveries per second").default(RATE))
    .addOption(
      deadLettersOption("new dead letters of the webhook after which the replay fails").default(
        MAX_DEAD_LETTERS,
      ),
    )
    .option("--wait", "wait until everything before --to is archived");
  return selected
    .requiredOption("--from <time>", "when SNS published the first", readTime)
    .addOption(
      timeOption("--to <time>", "end, exclusive (default: the latest time that is archived for sure)"),
    );
}

/** Makes the option with the maximum deliveries per second. */
export function rateOption(description: string) {
  return new Option("--rate <number>", description).argParser(wholeNumber(1, MAX_RATE));
}

/** Makes the option with the number of dead letters after which a replay fails. */
export function deadLettersOption(description: string) {
  return new Option("--max-dead-letters <count>", description).argParser(wholeNumber(0, MAX_COUNT));
}

const HELP = `
Times are those at which SNS published. A webhook gets replays if its definition says replay: "accept".

Examples:
  rainhooks replay plan --webhook node-status --from 2026-11-01 --to 2026-11-02
  rainhooks replay start --webhook node-status --from 2026-11-01 --to 2026-11-02 --event alert --node my-node
  rainhooks replay start --webhook time-series --from 2h --to now --wait --yes
  rainhooks replay ls
  rainhooks replay show 20261124-081500-4f2a --watch
  rainhooks replay resume 20261124-081500-4f2a`;
