import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { addAskOptions, answerWith, askOptionsOf } from "@rainhooks/stage/commands/answer-with";
import { argumentOf, refuseUnknown } from "@rainhooks/stage/commands/options";
import { attemptQuestion, listAttemptsQuestion } from "../../questions/attempts.ts";
import { attemptsView } from "./attempt-view.ts";

/** Adds `rainhooks attempts`, for the log of requests to destinations. */
export function addAttemptCommands(program: CommandUnknownOpts): void {
  const attempts = program
    .command("attempts")
    .description("requests to destinations, and what came of them (kept for 30 days)");
  const ls = attempts
    .command("ls", { isDefault: true })
    .allowExcessArguments()
    .hook("preAction", refuseUnknown)
    .description("list attempts, newest first")
    .addHelpText("after", LS_HELP);
  answerWith(ls, listAttemptsQuestion, attemptsView);
  addShow(attempts);
}

function addShow(attempts: CommandUnknownOpts): void {
  const show = attempts
    .command("show")
    .description("show an attempt: headers, response, and all attempts for its event")
    .addArgument(argumentOf(attemptQuestion.params, "attempt"))
    .addOption(
      new Option("--body", "show the body, too: it is made again from the event in the archive").conflicts([
        "json",
        "csv",
      ]),
    )
    .addHelpText("after", SHOW_HELP);
  addAskOptions(show, attemptQuestion.paged);
  show.action(async () => {
    const [attempt = ""] = show.args;
    const options = { ...askOptionsOf(show.opts()), body: show.getOptionValue("body") === true };
    await (await import("./show-attempt.ts")).showCommand(attempt, options);
  });
}

const LS_HELP = `
Examples:
  rainhooks attempts ls --state failed --from 1h
  rainhooks attempts ls --destination crm --watch
  rainhooks attempts ls --node "Living room" --event alert
  rainhooks attempts ls --destination crm --from 7d --all --csv > attempts.csv`;

const SHOW_HELP = `
Examples:
  rainhooks attempts show <attempt>
  rainhooks attempts show <attempt> --body         what was sent
  rainhooks attempts retry <attempt>`;
