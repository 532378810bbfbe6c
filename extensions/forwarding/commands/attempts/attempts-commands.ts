import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { addAskOptions, answerWith, argumentOf, askOptionsOf } from "@rainhooks/stage/commands/answer-with";
import { addStageOptions, addWait, refuseUnknown } from "@rainhooks/stage/commands/options";
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
  const retry = attempts
    .command("retry")
    .description("send the event of an attempt to its destination again, and print what came of it")
    .argument("<attempt>", "id of the attempt")
    .option("--json", "print JSON");
  addStageOptions(addWait(retry)).action(async (id, options) =>
    (await import("./retry.ts")).retryCommand(id, options),
  );
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
        "curl",
      ]),
    )
    .option("--curl", "print a command that repeats the request, with variables for what is secret")
    .addHelpText("after", SHOW_HELP);
  addAskOptions(show, attemptQuestion.paged);
  show.action(async () => {
    const [attempt = ""] = show.args;
    const options = {
      ...askOptionsOf(show.opts()),
      curl: show.getOptionValue("curl") === true,
      body: show.getOptionValue("body") === true,
    };
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
  rainhooks attempts show <attempt> --curl         to try it on another machine
  rainhooks attempts retry <attempt>`;
