import { EXIT, fail } from "@rainhooks/stage/commands/exit";
import { nodesOfOption } from "@rainhooks/stage/commands/find-node";
import { printData, printJson, printNote } from "@rainhooks/stage/commands/output";
import { shown } from "@rainhooks/stage/commands/progress";
import { reachStage } from "@rainhooks/stage/commands/reach-stage";
import { type Functions, requireWebhook } from "@rainhooks/stage/functions";
import type { Store } from "../../store-names.ts";
import type { VerifyOutcome } from "../../verify/report.ts";
import { verifyTables as verify } from "../../verify/verify-tables.ts";
import { verifiedText } from "../../views/verify-text.ts";
import { verifyArchiveCommand } from "./archive.ts";
import type { VerifyOptions } from "./verify-options.ts";

/** Exit codes by outcome; scripts may rely on them. */
const EXIT_OF: Readonly<Record<VerifyOutcome, number>> = { equal: 0, different: 1, unjudged: 2 };

/** Verifies a store, and sets the exit code. Whatever fails, nothing has been judged. */
export async function verifyCommand(
  store: "archive" | "node-status" | "time-series",
  options: VerifyOptions,
  functions: Functions,
): Promise<void> {
  try {
    const outcome =
      store === "archive"
        ? await verifyArchiveCommand(options)
        : await verifyTables(store, options, functions);
    process.exitCode = EXIT_OF[outcome];
  } catch (error) {
    fail(error);
    if (process.exitCode !== EXIT.missing) process.exitCode = EXIT_OF.unjudged;
  }
}

/** Compares the tables of a webhook with what follows from the archive, and prints the result. */
async function verifyTables(
  store: Store,
  options: VerifyOptions,
  functions: Functions,
): Promise<VerifyOutcome> {
  const reached = await reachStage(options);
  const { from: fromMs, to: toMs, node, sample, functions: invocations } = options;
  const nodes = await nodesOfOption(reached, node);
  const place = { reached, store, definition: requireWebhook(functions, store) };
  const question = { fromMs, toMs, nodes, sample, functions: invocations };
  const verified = await shown((progress) => verify(place, question, progress));
  const { outcome, report } = verified;
  if (options.json) await printJson(`${JSON.stringify({ store, outcome, ...report }, undefined, 2)}\n`);
  else {
    await printData(`${verifiedText(store, verified)}\n`);
    for (const problem of report.problems) printNote(problem);
  }
  return outcome;
}
