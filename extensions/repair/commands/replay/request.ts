import { readFile } from "node:fs/promises";
import { inputError, messageOf, RainhooksError } from "@rainhooks/core/errors";
import { eventOf } from "@rainhooks/core/event-of";
import { fromCaller } from "@rainhooks/stage/commands/caller";
import { nodesOfOption } from "@rainhooks/stage/commands/find-node";
import type { StageSelection } from "@rainhooks/stage/commands/reach-stage";
import type { ReachedStage } from "@rainhooks/stage/reached";
import { waitText } from "@rainhooks/stage/terminal/operations/progress-text";
import { NotYetArchived } from "../../archived/wait-until-archived.ts";
import { MAX_LIST } from "../../replay/job-item.ts";
import { NothingToReplay } from "../../replay/plan-replay.ts";
import type { ReplayQuestion } from "../../replay/request.ts";
import { nothingText } from "../../views/replay-text.ts";

/** Options of `replay plan` and `replay start`. */
export interface ReplayOptions extends StageSelection {
  readonly webhook: string;
  readonly from: number;
  readonly to?: number | undefined;
  readonly event?: readonly string[] | undefined;
  /** Nodes by id, start of it, or name. */
  readonly node?: readonly string[] | undefined;
  /** Ids of nodes, in place of them. */
  readonly nodeIds?: readonly string[] | undefined;
  readonly id?: readonly string[] | undefined;
  readonly idsFrom?: string | undefined;
  readonly address?: string | undefined;
  readonly findWith?: "athena" | undefined;
  readonly rate: number;
  readonly maxDeadLetters: number;
  readonly wait?: boolean | undefined;
}

/** Converts the options of a command. */
export async function questionOf(reached: ReachedStage, options: ReplayOptions): Promise<ReplayQuestion> {
  const { webhook, from: fromMs, to: toMs, event, address, rate, maxDeadLetters, findWith, wait } = options;
  const nodes = options.nodeIds ?? (await nodesOfOption(reached, options.node));
  const ids = await idsOf(options);
  return {
    ...{ webhook, fromMs, toMs, rate, maxDeadLetters, findWith, wait },
    ...(event === undefined ? {} : { events: event.map(eventOf) }),
    ...(nodes === undefined ? {} : { nodes }),
    ...(ids === undefined ? {} : { ids }),
    ...(address === undefined ? {} : { address }),
  };
}

async function idsOf({ id = [], idsFrom }: ReplayOptions): Promise<string[] | undefined> {
  if (idsFrom === undefined) return id.length === 0 ? undefined : [...id];
  const file = fromCaller(idsFrom);
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw inputError({ problem: `The ids cannot be read: ${messageOf(error)}` });
  });
  // A file of one column with a header, as "archive query --csv" prints it.
  const lines = text.split(/\r?\n/).map((line) => line.trim().replace(/^"(.*)"$/, "$1"));
  const ids = [...new Set([...id, ...lines.filter((line) => line !== "" && line !== "id")])];
  if (ids.length === 0) throw inputError({ problem: `${file} has no ids. Write one per line.` });
  if (ids.length <= MAX_LIST) return ids;
  throw inputError({
    problem: `${file} has ${ids.length} ids; the maximum is ${MAX_LIST}.`,
    remedy: "Select by time, node or event instead.",
  });
}

/** Plans a replay, and lets what is wrong be said as the command line says it. */
export async function explained<Result>(plan: () => Promise<Result>): Promise<Result> {
  try {
    return await plan();
  } catch (error) {
    if (error instanceof NothingToReplay)
      throw new RainhooksError(error.code, nothingText(error), { cause: error });
    if (!(error instanceof NotYetArchived)) throw error;
    const { toMs, wait, archivedToMs } = error;
    const [to, earlier] = [toMs, archivedToMs].map((atMs) => new Date(atMs).toISOString());
    throw new RainhooksError(
      error.code,
      `Deliveries before ${to} may be missing until ${waitText(wait)}. Use an earlier --to (such as ${earlier}), or --wait.`,
      { cause: error },
    );
  }
}
