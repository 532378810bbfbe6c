import { DAY_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { inputError, RainhooksError } from "@rainhooks/core/errors";
import { stableText } from "@rainhooks/core/stable-text";
import { readSlots, type SlotTable } from "@rainhooks/dynamodb/slots/read";
import type { Slot } from "@rainhooks/dynamodb/slots/slot";
import { tableSlotsTable } from "@rainhooks/dynamodb/slots/slots-table";
import { processedUntilMs } from "@rainhooks/stage/operate/archive/processed-until";
import { waitUntilArchived } from "@rainhooks/stage/operate/archive/what-waits";
import { abortable, type OperationOptions } from "@rainhooks/stage/operate/progress";
import { targetOf } from "@rainhooks/stage/operate/replay/target";
import { hoursOf, stageArchive } from "@rainhooks/stage/operate/stage/archive";
import { functionOf } from "@rainhooks/stage/outputs";
import { type OutputsVersion, readOutputsHistory, ssmClient } from "@rainhooks/stage/read-outputs";
import { type StageAccess, tableOf } from "@rainhooks/stage/stage-access";
import { slotClient } from "@rainhooks/stage/tables/live-tables";
import type { Store } from "@rainhooks/stage/tables/store-names";
import type { Webhook } from "@rainhooks/webhook/define-function";
import { storeSettings } from "../stores.ts";
import { workFunctionOf } from "../work/invoke.ts";
import { withWork } from "../work/work.ts";
import { outcomeOf, type VerifyOutcome, type VerifyReport } from "./report.ts";
import { type VerifyRequest, verifyStore } from "./verify-store.ts";

/** What to verify. */
export interface VerifyQuestion {
  /** First time of publishing, epoch milliseconds. @defaultValue see {@link timesOf} */
  readonly fromMs?: number | undefined;
  /**
   * End of the times of publishing, exclusive, epoch milliseconds. @defaultValue the last time that
   * can be judged
   */
  readonly toMs?: number | undefined;
  /** Ids of nodes. @defaultValue all */
  readonly nodes?: readonly string[] | undefined;
  /**
   * Only so many nodes, chosen at random. The first time of publishing is then a day before the
   * end.
   */
  readonly sample?: number | undefined;
}

/** The result of a verification. */
export interface VerifyResult {
  readonly outcome: VerifyOutcome;
  readonly report: VerifyReport;
  /**
   * True if the range begins where the webhook's subscriptions and settings became those of today.
   */
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
  const sinceMs = await unchangedSinceMs(place.access, place.store);
  const { isSinceChange, ...times } = timesOf(
    place.store,
    question,
    await storeProcessedUntilMs(place),
    sinceMs,
  );
  const { fromMs = 0 } = times;
  const slot = await liveSlot(place);
  const workFunction = workFunctionOf(place.access, "store-read");
  const setup = verifySetup(place, sinceMs);
  const { sample: count } = question;
  const sample =
    count === undefined
      ? undefined
      : await withWork(workFunction, setup, (work) => work.call("chooseNodes", slot, count));
  const request = { ...times, store: place.store, slot, sample };
  const report = await withWork(
    workFunction,
    { ...setup, nodes: sample ?? question.nodes },
    (work) =>
      verifyStore(request, {
        work,
        archive: stageArchive(place.access),
        nowMs: Date.now,
        hoursWhenArchived: (toMs) => archivedHours(place.access, { fromMs, toMs }, options),
        ...options,
      }),
  );
  const outcome = outcomeOf(report, times.fromMs !== undefined);
  return { outcome, report, ...(isSinceChange ? { isSinceChange } : {}) };
}

/**
 * Returns the range to judge: by default from where the webhook's subscriptions and settings are
 * those of today, if they have ever been others, to the last time before which it has handled
 * everything.
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

/** A store of a stage, and the definition of the webhook that fills it. */
export interface StoreOfStage {
  readonly access: StageAccess;
  readonly store: Store;
  readonly definition: Pick<Webhook, "events" | "filtered">;
}

/**
 * Returns by what the deliveries of a store are judged, for the function that does the work.
 *
 * @param sinceMs What was published before cannot be judged. @defaultValue all is judged as if it
 * came today
 */
export function verifySetup(
  { access, store, definition: { events, filtered } }: StoreOfStage,
  sinceMs = 0,
) {
  const { subscribed } = targetOf(access, store);
  return {
    store,
    judged: {
      settings: storeSettings(store, (name) => settingIn(access, store, name)),
      integration: access.outputs.integration,
      webhook: { events, filtered, subscribed, sinceMs },
    },
  };
}

/**
 * Waits until everything before a time is archived, and returns the folders in which deliveries
 * from `fromMs` on are.
 */
export async function archivedHours(
  access: StageAccess,
  range: { readonly fromMs: number; readonly toMs: number },
  options: OperationOptions,
) {
  await waitUntilArchived(access, range.toMs, { ...options, wait: true });
  return hoursOf(access, range, Date.now());
}

/** Returns up to which time of publishing the webhook of a store has handled all deliveries. */
export async function storeProcessedUntilMs({ access, store }: StoreOfStage): Promise<number> {
  const { queueUrl = "" } = functionOf(access.outputs, store, "topics") ?? {};
  return processedUntilMs(access, [queueUrl, targetOf(access, store).queueUrl]);
}

/** Returns a setting of a webhook as the stage has it today. */
function settingIn({ outputs }: StageAccess, store: Store, name: string): number {
  const { stage } = outputs;
  const value = Number(functionOf(outputs, store, "topics")?.settings[name]?.value ?? Number.NaN);
  if (Number.isFinite(value)) return value;
  throw new RainhooksError(
    "stage-unavailable",
    `Stage ${stage} does not say its setting ${name} of ${store}. Deploy it again with this version.`,
  );
}

/** Returns where the slots of a stage are said, read with a client that does not follow slots. */
export function slotsTableOf(access: StageAccess): SlotTable {
  return { client: slotClient(access), tableName: tableOf(access, tableSlotsTable.name) };
}

/** Returns the slot of a store that is live. */
async function liveSlot({ access, store }: StoreOfStage): Promise<Slot> {
  return (await readSlots(slotsTableOf(access), store)).live;
}

/**
 * In which time SNS has applied a new filter policy. Source: Amazon SNS developer guide, "Amazon
 * SNS subscription filter policies".
 */
const APPLIED_MS = 15 * MINUTE_MS;

/**
 * Returns since when the subscriptions of a store's webhook, and the settings by which it writes,
 * are those of today, epoch milliseconds: what it did before cannot be judged. The local stage
 * keeps no deployments.
 */
async function unchangedSinceMs(
  { local, outputs, profile }: StageAccess,
  store: Store,
): Promise<number> {
  if (local !== undefined) return 0;
  const client = await ssmClient({ region: outputs.region, profile });
  return sinceOf(await readOutputsHistory(client, outputs.stage), store);
}

/**
 * Returns since when what decides over a store has been as in the last deployment, epoch
 * milliseconds: 0 if no deployment has changed it, and the largest number if it is not known for
 * the last one.
 *
 * @param history The outputs of the deployments that SSM has kept.
 */
export function sinceOf(history: readonly OutputsVersion[], store: Store): number {
  const texts = history.map(({ outputs }) => outputs && inForce(outputs, store));
  const first = texts.findLastIndex((text) => text !== texts.at(-1)) + 1;
  if (texts[first] === undefined) return Number.MAX_SAFE_INTEGER;
  const { atMs = 0, version } = history[first] ?? {};
  // The first deployment changed nothing.
  return version === 1 ? 0 : atMs + APPLIED_MS;
}

function inForce(
  outputs: NonNullable<OutputsVersion["outputs"]>,
  store: Store,
): string | undefined {
  const { replay, settings = {} } = functionOf(outputs, store, "topics") ?? {};
  if (replay === undefined) return undefined;
  const { topics, filterPolicy } = replay;
  const values = storeSettings(store, (name) => Number(settings[name]?.value));
  return stableText({ topics, filterPolicy, values });
}
