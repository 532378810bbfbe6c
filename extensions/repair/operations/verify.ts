import { RainhooksError } from "@rainhooks/core/errors";
import { requireWebhook } from "@rainhooks/stage/functions";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { list, optionalNumber, requiredChoice, time } from "@rainhooks/stage/query/params/kinds";
import { STORES, type Store } from "@rainhooks/stage/tables/store-names";
import type { VerifiedArchive } from "../verify/verify-published.ts";
import type { VerifyResult } from "../verify/verify-tables.ts";

const MAX_NODES = 1000;
const MAX_NAME = 300;

const HELP = `
Exit codes: 0 equal, 1 different, 2 could not be judged (also: nothing was compared, or a service failed), 3 not found.

Examples:
  rainhooks verify node-status                       every field of every row, and the timeline
  rainhooks verify time-series --node my-node --from 2026-11-01
  rainhooks verify archive --from 2026-11-01 --to 2026-11-02 --json
  rainhooks verify time-series --sample 500          some nodes, quickly, and the last day`;

/** Said before somebody deletes what the archive may have lost. */
const LOST =
  'Delete nothing that is unexpected before "rainhooks verify archive" is equal for the time in which it was published: what the archive has lost cannot be replayed.';

/** A verification: of the archive, or of the tables of a store. */
type Judged =
  | ({ readonly store: "archive" } & VerifiedArchive)
  | ({ readonly store: Store } & VerifyResult);

/** Compares what is stored with what was archived, and the archive with what was published. */
export const verify = defineOperation({
  name: "verify",
  summary:
    "Show whether a table is equal to what was archived, and the archive to what was published",
  request: {
    store: requiredChoice({ description: "What to verify.", placeholder: "store" }, [
      "archive",
      ...STORES,
    ]),
    node: list(
      {
        description: "Only these nodes, by id, start of it, or name (not for the archive).",
        placeholder: "nodes",
        maxLength: MAX_NAME,
      },
      { max: MAX_NODES },
    ),
    sample: optionalNumber(
      {
        description:
          "Only so many nodes, chosen at random; by default what was published in the last day (not for the archive).",
        placeholder: "nodes",
      },
      { min: 1, max: MAX_NODES },
    ),
    from: time({
      description:
        "When SNS published the first (default: since the last change of subscriptions or settings, or the first archived delivery; of the archive: a day before the end).",
    }),
    to: time({ description: "End, exclusive (default: the last time that can be judged)." }),
  },
  permission: "read",
  changes: "nothing",
  // Whatever fails, nothing has been judged.
  command: { words: "verify", args: ["store"], help: HELP, failExit: 2 },
  title: ({ store }) => `Verify ${store}`,
  check: ({ store, node, sample }) => {
    if (node.length > 0 && sample !== undefined)
      throw new RainhooksError("input-invalid", "--node and --sample cannot be used together.");
    if (store !== "archive" || (node.length === 0 && sample === undefined)) return;
    throw new RainhooksError(
      "input-invalid",
      "--node and --sample cannot be used with the archive: SNS counts all deliveries of an hour.",
    );
  },
  run: async (stage, request, context): Promise<Judged> => {
    const { store, node, sample, from: fromMs, to: toMs } = request;
    if (store === "archive") {
      const { verifyPublished } = await import("../verify/verify-published.ts");
      return { store, ...(await verifyPublished(stage, { fromMs, toMs }, context)) };
    }
    const { nodesOfOption } = await import("@rainhooks/stage/commands/find-node");
    const { verifyTables } = await import("../verify/verify-tables.ts");
    const place = { access: stage, store, definition: requireWebhook(context.functions, store) };
    const nodes =
      node.length === 0 ? undefined : await nodesOfOption(stage, node, context.caller.door);
    return { store, ...(await verifyTables(place, { fromMs, toMs, nodes, sample }, context)) };
  },
  view: {
    json: ({ report, ...judged }) => ({ ...judged, ...report }),
    result: async (judged) => {
      const { verifiedArchiveText, verifiedText } = await import("../views/verify-text.ts");
      return judged.store === "archive"
        ? verifiedArchiveText(judged)
        : verifiedText(judged.store, judged);
    },
    notes: ({ store, report }) => {
      const isUnexpected =
        store !== "archive" && report.differences.some(({ kind }) => kind === "unexpected");
      return isUnexpected ? [...report.problems, LOST] : report.problems;
    },
    failed: ({ outcome }) => outcome !== "equal",
    exitCode: ({ outcome }) => (outcome === "unjudged" ? 2 : undefined),
  },
});
