import { addQuery } from "@rainhooks/stage/commands/add-query";
import { refuseUnknown } from "@rainhooks/stage/commands/options";
import type { AddCommands } from "@rainhooks/stage/project-extension";
import { attemptQuestion, listAttemptsQuestion } from "./questions/attempts.ts";
import { attemptsView, attemptView } from "./views/attempt-view.ts";

const LS_HELP = `
Examples:
  rainhooks attempts ls --state failed --from 1h
  rainhooks attempts ls --destination crm --watch
  rainhooks attempts ls --node "Living room" --event alert
  rainhooks attempts ls --destination crm --from 7d --all --csv > attempts.csv`;

const SHOW_HELP = `
Examples:
  rainhooks attempts show <attempt>
  rainhooks attempts body <attempt>                what was sent
  rainhooks attempts retry <attempt>`;

/**
 * Adds `rainhooks attempts`, for the log of requests to destinations. Operations add what can be
 * done.
 */
export const addCommands: AddCommands = (program) => {
  program.command("destinations").description("systems that events are forwarded to by HTTP");
  const attempts = program
    .command("attempts")
    .description("requests to destinations, and what came of them (kept for 30 days)");
  const ls = attempts
    .command("ls", { isDefault: true })
    .allowExcessArguments()
    .hook("preAction", refuseUnknown)
    .description("list attempts, newest first")
    .addHelpText("after", LS_HELP);
  addQuery(ls, listAttemptsQuestion, attemptsView);
  const show = attempts
    .command("show")
    .description("show an attempt: headers, response, and all attempts for its event")
    .addHelpText("after", SHOW_HELP);
  addQuery(show, attemptQuestion, attemptView, ["attempt"]);
};
