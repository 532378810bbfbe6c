import { RainhooksError } from "@rainhooks/core/errors";
import { requireWebhook } from "@rainhooks/stage/functions";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { list, requiredChoice, time } from "@rainhooks/stage/query/params/kinds";
import { type Param, ParamMistake } from "@rainhooks/stage/query/params/param";
import { STORES, type Store } from "../store-names.ts";
import type { VerifiedArchive } from "../verify/verify-published.ts";
import type { Verified } from "../verify/verify-tables.ts";
import { functionsField } from "./rebuild.ts";

const [MAX_NODES, MAX_NAME] = [1000, 300];

/** A share that can be left out. */
const share: Param<number | undefined> = {
  description: "Only this share of the nodes, chosen at random.",
  placeholder: "share",
  schema: { type: "number", exclusiveMinimum: 0, maximum: 1 },
  fallback: { value: undefined },
  read: (text) => {
    const value = Number(text);
    if (value > 0 && value <= 1) return value;
    throw new ParamMistake("must be above 0, and at most 1");
  },
};

const HELP = `
Exit codes: 0 equal, 1 different, 2 could not be judged (also: nothing was compared, or a service failed), 3 not found.

Examples:
  rainhooks verify node-status                       every field of every row, and the timeline
  rainhooks verify time-series --node my-node --from 2026-11-01
  rainhooks verify archive --from 2026-11-01 --to 2026-11-02 --json
  rainhooks verify time-series --sample 0.01         three of 256 partitions of the nodes`;

/** A verification: of the archive, or of the tables of a store. */
type Judged = ({ readonly store: "archive" } & VerifiedArchive) | ({ readonly store: Store } & Verified);

/** Compares what is stored with what was archived, and the archive with what was published. */
export const verify = defineOperation({
  name: "verify",
  summary: "Show whether a table is equal to what was archived, and the archive to what was published",
  request: {
    store: requiredChoice({ description: "What to verify.", placeholder: "store" }, ["archive", ...STORES]),
    node: list(
      {
        description: "Only these nodes, by id, start of it, or name (not for the archive).",
        ...{ placeholder: "nodes", maxLength: MAX_NAME },
      },
      { max: MAX_NODES },
    ),
    sample: share,
    functions: functionsField,
    from: time({
      description:
        "When SNS published the first (default: the first archived delivery; of the archive: a day before the end).",
    }),
    to: time({ description: "End, exclusive (default: the last time that can be judged)." }),
  },
  permission: "read",
  changes: "nothing",
  // Whatever fails, nothing has been judged.
  command: { words: "verify", args: ["store"], help: HELP, failExit: 2 },
  title: ({ store }) => `Verify ${store}`,
  check: ({ store, node, sample }) => {
    if (store !== "archive" || (node.length === 0 && sample === undefined)) return;
    throw new RainhooksError(
      "input-invalid",
      "--node and --sample cannot be used with the archive: SNS counts all deliveries of an hour.",
    );
  },
  run: async (stage, request, context): Promise<Judged> => {
    const { store, node, sample, functions, from: fromMs, to: toMs } = request;
    if (store === "archive") {
      const { verifyPublished } = await import("../verify/verify-published.ts");
      return { store, ...(await verifyPublished(stage, { fromMs, toMs }, context)) };
    }
    const { nodesOfOption } = await import("@rainhooks/stage/commands/find-node");
    const { verifyTables, verifyTablesInThread } = await import("../verify/verify-tables.ts");
    const place = { reached: stage, store, definition: requireWebhook(context.functions, store) };
    const nodes = node.length === 0 ? undefined : await nodesOfOption(stage, node, context.caller.door);
    // Others have something else to do meanwhile.
    const compare = context.caller.door === "terminal" ? verifyTables : verifyTablesInThread;
    return { store, ...(await compare(place, { fromMs, toMs, nodes, sample, functions }, context)) };
  },
  view: {
    json: ({ report, ...judged }) => ({ ...judged, ...report }),
    result: async (judged) => {
      if (judged.store === "archive")
        return (await import("../views/verify-archive-text.ts")).verifiedArchiveText(judged);
      return (await import("../views/verify-text.ts")).verifiedText(judged.store, judged);
    },
    notes: ({ report }) => report.problems,
    failed: ({ outcome }) => outcome !== "equal",
    exitCode: ({ outcome }) => (outcome === "unjudged" ? 2 : undefined),
  },
});
