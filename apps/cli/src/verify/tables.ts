import { type VerifyOutcome, verifyTables as verify } from "@rainhooks/operate";
import type { Store } from "@rainhooks/operate/store-names";
import { verifiedText } from "@rainhooks/terminal/operations";
import { nodesOfOption } from "../ask/find-node.ts";
import { definitionOf } from "../definition-of.ts";
import { printData, printJson, printNote } from "../output.ts";
import { shown } from "../progress.ts";
import { reachStage } from "../reach/reach-stage.ts";
import type { VerifyOptions } from "./verify-options.ts";

/** Compares the tables of a webhook with what follows from the archive, and prints the result. */
export async function verifyTables(store: Store, options: VerifyOptions): Promise<VerifyOutcome> {
  const reached = await reachStage(options);
  const { from: fromMs, to: toMs, node, sample, functions } = options;
  const nodes = await nodesOfOption(reached, node);
  const place = { reached, store, definition: definitionOf(store) };
  const question = { fromMs, toMs, nodes, sample, functions };
  const verified = await shown((progress) => verify(place, question, progress));
  const { outcome, report } = verified;
  if (options.json) await printJson(`${JSON.stringify({ store, outcome, ...report }, undefined, 2)}\n`);
  else {
    await printData(`${verifiedText(store, verified)}\n`);
    for (const problem of report.problems) printNote(problem);
  }
  return outcome;
}
