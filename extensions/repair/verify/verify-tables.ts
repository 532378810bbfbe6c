import { DAY_MS } from "@rainhooks/core/durations";
import { inputError } from "@rainhooks/core/errors";
import { abortable, type OperationOptions } from "@rainhooks/stage/operate/progress";
import { stageArchive } from "@rainhooks/stage/operate/stage/archive";
import { workFunctionOf } from "../work/invoke.ts";
import { withWork } from "../work/work.ts";
import { outcomeOf, type VerifyOutcome, type VerifyReport } from "./report.ts";
import {
  archivedHours,
  handledByStoreMs,
  liveSlot,
  type StoreOfStage,
  verifySetup,
} from "./store-dependencies.ts";
import { unchangedSinceMs } from "./subscriptions.ts";
import { type VerifyRequest, verifyStore } from "./verify-store.ts";

/** What to verify. */
export interface VerifyQuestion {
  /** First time of publishing, epoch milliseconds. @defaultValue see {@link timesOf} */
  readonly fromMs?: number | undefined;
  /**
   * End of the times of publishing, exclusive, epoch milliseconds. @defaultValue the last time that can be
   * judged
   */
  readonly toMs?: number | undefined;
  /** Ids of nodes. @defaultValue all */
  readonly nodes?: readonly string[] | undefined;
  /** Only so many nodes, chosen at random. The first time of publishing is then a day before the end. */
  readonly sample?: number | undefined;
}

/** The result of a verification. */
export interface VerifyResult {
  readonly outcome: VerifyOutcome;
  readonly report: VerifyReport;
  /** True if the range begins where the webhook's subscriptions and settings became those of today. */
  readonly isSinceChange?: true;
}

/**
 * Compares the tables of a store with what follows from the archive.
 *
 * @throws {RainhooksError} `input-invalid` for times that cannot be judged.
 */
export async function verifyTables(
  place: StoreOfStage,
  question: VerifyQuestion,
  given: OperationOptions = {},
): Promise<VerifyResult> {
  const options = abortable(given);
  const sinceMs = await unchangedSinceMs(place.reached, place.store);
  const { isSinceChange, ...times } = timesOf(place.store, question, await handledByStoreMs(place), sinceMs);
  const { fromMs = 0 } = times;
  const slot = await liveSlot(place);
  const workFunction = workFunctionOf(place.reached);
  const setup = verifySetup(place, sinceMs);
  const { sample } = question;
  const nodes =
    sample === undefined
      ? question.nodes
      : await withWork(workFunction, setup, (work) => work.call("chooseNodes", slot, sample));
  const request = { ...times, store: place.store, slot, nodes };
  const report = await withWork(workFunction, { ...setup, nodes }, (work) =>
    verifyStore(request, {
      work,
      archive: stageArchive(place.reached),
      nowMs: Date.now,
      hoursWhenArchived: (toMs) => archivedHours(place.reached, { fromMs, toMs }, options),
      ...options,
    }),
  );
  const outcome = outcomeOf(report, times.fromMs !== undefined);
  return { outcome, report, ...(isSinceChange ? { isSinceChange } : {}) };
}

/**
 * Returns the range to judge: by default from where the webhook's subscriptions and settings are those of
 * today, if they have ever been others, to the last time before which it has handled everything.
 */
export function timesOf(
  store: string,
  { fromMs: from, toMs: given, sample }: VerifyQuestion,
  lastMs: number,
  sinceMs: number,
): Pick<VerifyRequest, "fromMs" | "toMs"> & Pick<VerifyResult, "isSinceChange"> {
  const toMs = given ?? lastMs;
  const first = sample === undefined ? undefined : toMs - DAY_MS;
  const isSinceChange = from === undefined && sinceMs > (first ?? 0) && sinceMs < toMs;
  const fromMs = from ?? (isSinceChange ? sinceMs : first);
  if (toMs > lastMs)
    throw inputError({
      field: "toMs",
      problem: `must be ${new Date(lastMs).toISOString()} or earlier, or left out: ${store} may not have handled what was published later.`,
    });
  if (fromMs !== undefined && fromMs >= toMs)
    throw inputError({ field: "fromMs", problem: "must be before the end." });
  return { fromMs, toMs, ...(isSinceChange ? { isSinceChange } : {}) };
}
