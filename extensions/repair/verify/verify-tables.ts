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
  /** First time of publishing, epoch milliseconds. @defaultValue the first archived delivery */
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
  const times = await timesOf(place, question);
  const { fromMs = 0 } = times;
  const slot = await liveSlot(place);
  const workFunction = workFunctionOf(place.reached);
  const setup = verifySetup(place, await unchangedSinceMs(place.reached, place.store));
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
  return { outcome: outcomeOf(report, times.fromMs !== undefined), report };
}

async function timesOf(
  place: StoreOfStage,
  { fromMs: from, toMs: given, sample }: VerifyQuestion,
): Promise<Pick<VerifyRequest, "fromMs" | "toMs">> {
  const lastMs = await handledByStoreMs(place);
  const toMs = given ?? lastMs;
  const fromMs = from ?? (sample === undefined ? undefined : toMs - DAY_MS);
  if (toMs > lastMs)
    throw inputError({
      field: "toMs",
      problem: `must be ${new Date(lastMs).toISOString()} or earlier, or left out: ${place.store} may not have handled what was published later.`,
    });
  if (fromMs !== undefined && fromMs >= toMs)
    throw inputError({ field: "fromMs", problem: "must be before the end." });
  return { fromMs, toMs };
}
