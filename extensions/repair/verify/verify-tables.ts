import { inputError } from "@rainhooks/core/errors";
import { abortable, type OperationOptions } from "@rainhooks/stage/operate/progress";
import { addressOf, type StageAddress } from "@rainhooks/stage/reached";
import { runInThread, threadScript } from "../work/one-thread.ts";
import { PARTITIONS } from "../work/partitions.ts";
import { worksFor } from "../work/works.ts";
import { outcomeOf, type VerifyOutcome, type VerifyReport } from "./report.ts";
import {
  archivedHours,
  handledByStoreMs,
  liveSlot,
  type StoreOfStage,
  workDependencies,
} from "./store-dependencies.ts";
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
  /** Only this share of the nodes, chosen at random: above 0, at most 1. */
  readonly sample?: number | undefined;
  /**
   * Invocations at once that do the work; 0: this machine does it. @defaultValue for a large archive, if the
   * stage has the function
   */
  readonly functions?: number | undefined;
}

/** The result of a verification. */
export interface Verified {
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
): Promise<Verified> {
  const options = abortable(given);
  const request = await requestOf(place, question);
  const { fromMs = 0 } = request;
  // One slot for the whole verification, also if the other one becomes live meanwhile.
  const slot = await liveSlot(place);
  const works = await worksFor(place, question.functions, options);
  const report = await verifyStore(request, {
    ...(await workDependencies(place, slot)),
    startWorks: await works.verifyWorks(slot),
    nowMs: Date.now,
    hoursWhenArchived: (toMs) => archivedHours(place.reached, { fromMs, toMs }, options),
    ...options,
  });
  return { outcome: outcomeOf(report, request.fromMs !== undefined), report };
}

async function requestOf(
  place: StoreOfStage,
  { fromMs, toMs: given, nodes, sample }: VerifyQuestion,
): Promise<VerifyRequest> {
  const lastMs = await handledByStoreMs(place);
  const toMs = given ?? lastMs;
  if (toMs > lastMs)
    throw inputError({
      field: "toMs",
      problem: `must be ${new Date(lastMs).toISOString()} or earlier, or left out: ${place.store} may not have handled what was published later.`,
    });
  if (fromMs !== undefined && fromMs >= toMs)
    throw inputError({ field: "fromMs", problem: "must be before the end." });
  return { fromMs, toMs, nodes, ...(sample === undefined ? {} : { partitions: choosePartitions(sample) }) };
}

/** Chooses some of the partitions of nodes, at least one. */
function choosePartitions(share: number): number[] {
  const all = [...Array(PARTITIONS).keys()].map((partition) => ({ partition, order: Math.random() }));
  all.sort((a, b) => a.order - b.order);
  return all.slice(0, Math.max(1, Math.round(PARTITIONS * share))).map(({ partition }) => partition);
}

const SCRIPT = threadScript("verify-tables-thread", import.meta.url);

/** What such a thread is given. */
export interface VerifyThread extends Omit<StoreOfStage, "reached"> {
  readonly address: StageAddress;
  readonly question: VerifyQuestion;
}

/** The same in a thread of its own, for a process that has other things to do. Aborting ends it at once. */
export function verifyTablesInThread(
  { reached, store, definition: { events, filtered } }: StoreOfStage,
  question: VerifyQuestion,
  options: OperationOptions = {},
): Promise<Verified> {
  const data: VerifyThread = {
    ...{ store, definition: { events, filtered }, address: addressOf(reached), question },
  };
  return runInThread(SCRIPT, data, options);
}
