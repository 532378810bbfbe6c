import { type VerifyOutcome, verifyTables as verify } from "@rainhooks/operate";
import type { Store } from "@rainhooks/operate/store-names";
import { nodesOfOption } from "../ask/find-node.ts";
import { definitionOf } from "../definition-of.ts";
import { printJson } from "../output.ts";
import { shown } from "../progress.ts";
import { reachStage } from "../reach/stage.ts";
import type { VerifyOptions } from "./options.ts";
import { printTablesReport } from "./tables-text.ts";

/** Compares the tables of a webhook with what follows from the archive, and prints the result. */
export async function verifyTables(store: Store, options: VerifyOptions): Promise<VerifyOutcome> {
  const reached = await reachStage(options);
  const { from: fromMs, to: toMs, node, sample, functions } = options;
  const nodes = await nodesOfOption(reached, node);
  const place = { reached, store, definition: definitionOf(store) };
  const question = { fromMs, toMs, nodes, sample, functions };
  const { outcome, report } = await shown((progress) => verify(place, question, progress));
  if (options.json) await printJson(`${JSON.stringify({ store, outcome, ...report }, undefined, 2)}\n`);
  else await printTablesReport(store, report, outcome);
  return outcome;
}
