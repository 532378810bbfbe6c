import { randomBytes } from "node:crypto";
import { hourOf } from "@rainhooks/archive/hour";
import { addCounts } from "@rainhooks/core/collections";
import { MINUTE_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { ERASED_PREFIX } from "@rainhooks/core/event";
import { newTimeId } from "@rainhooks/core/time-id";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import { readSlots } from "@rainhooks/dynamodb/slots/read";
import { tableSlotsTable } from "@rainhooks/dynamodb/slots/slots-table";
import { abortable, type OperationOptions } from "@rainhooks/stage/operate/progress";
import { saveJob } from "@rainhooks/stage/operate/replay/job-store";
import { isRunning, NO_COUNTS as NOTHING_SENT } from "@rainhooks/stage/operate/replay/replay-job";
import { listReplays } from "@rainhooks/stage/operate/replay/run-job";
import { replayTable } from "@rainhooks/stage/operate/replay/target";
import { countMessages } from "@rainhooks/stage/operate/stage/count-messages";
import { callerOf } from "@rainhooks/stage/operations/caller";
import { allQueued, type StageAccess } from "@rainhooks/stage/stage-access";
import { erasureTable } from "@rainhooks/stage/tables/erasures";
import { replaysTable } from "@rainhooks/stage/tables/stage-tables";
import { STORES } from "@rainhooks/stage/tables/store-names";
import { hasWatchRules } from "../../alarms/operations/tables.ts";
import { eraseDeadLetters } from "./erase-dead-letters.ts";
import { eraseObjects, type ObjectChanges } from "./erase-objects.ts";
import { eraseTable } from "./erase-tables.ts";
import {
  addErased,
  type Erasure,
  type ErasureCounts,
  NO_COUNTS,
  readErasures,
  saveErasure,
} from "./erasure-store.ts";
import { goneAtMs, type Leftover, leftoversOf } from "./leftovers.ts";
import { type ErasureSearch, searchedTables, searchOf } from "./search.ts";
import type { ErasureSubject } from "./subject.ts";
import { untilArchivedInTime, untilProcessed, untilSwept, type WaitLimits } from "./waits.ts";

/**
 * How often tables are searched: what a function wrote during a search is found by the next one.
 */
const MAX_SEARCHES = 5;
/** How long an erasure waits for functions, if nothing else is said. */
const USUAL_WAIT_MS = 30 * MINUTE_MS;

/** The result of an erasure. */
export interface EraseResult {
  readonly erasure: Erasure;
  readonly leftovers: readonly Leftover[];
}

/** Options of {@link eraseSubject}. */
export interface EraseOptions extends OperationOptions {
  /**
   * How long to wait for functions that have not handled what was published, in ms. @defaultValue
   * 30 minutes
   */
  readonly maxWaitMs?: number | undefined;
  /** Called once the erasure is stored, before anything is erased. */
  readonly onStored?: ((erasure: Erasure) => Promise<void>) | undefined;
}

/**
 * Erases the data of a node or a user that was published before now, or goes on with an erasure of
 * the same subject that has not ended. It can be ended at any moment, and started again.
 *
 * Tables come first: then no sweep finds a node whose alarm it could publish. At the end, tables
 * and the newest objects are searched once more.
 *
 * @throws {RainhooksError} `write-conflict` if it runs in another process, or while a replay has
 * not ended; `stage-unavailable` if a store has not written within the time what would stay for
 * good.
 */
export async function eraseSubject(
  access: StageAccess,
  subject: ErasureSubject,
  { maxWaitMs = USUAL_WAIT_MS, onStored, ...given }: EraseOptions = {},
): Promise<EraseResult> {
  const options = abortable(given);
  const table = erasureTable(access);
  searchOf(access, subject, ERASED_PREFIX, options);
  const all = await readErasures(table);
  const begun = openErasure(all, subject);
  refuseErasures(all, begun);
  await refusePaused(access, begun);
  await refuseReaders(access);
  let erasure =
    begun === undefined
      ? await saveErasure(table, await newErasure(access, subject), {})
      : await withFurtherNames(table, begun, subject);
  await onStored?.(erasure);
  const search = searchOf(access, { ...subject, ...erasure.subject }, erasure.alias, options);
  const work: ErasureWork = {
    access,
    table,
    search,
    options: { ...options, maxWaitMs },
    late: new Set(),
  };
  if (erasure.step === "tables") erasure = await eraseFirst(erasure, work);
  if (erasure.step === "archive") erasure = await eraseInArchive(erasure, work);
  return eraseRest(erasure, work);
}

/** What the steps of an erasure need. */
interface ErasureWork {
  readonly access: StageAccess;
  readonly table: TableAccess;
  readonly search: ErasureSearch;
  readonly options: WaitLimits;
  /** Functions that have not handled in time what was published. */
  readonly late: Set<string>;
}

/** Takes the subject out of the tables, from which functions would publish it again. */
async function eraseFirst(begun: Erasure, work: ErasureWork): Promise<Erasure> {
  const { access, table, options, late } = work;
  for (const name of await untilProcessed(access, begun.startedAtMs, options, late)) late.add(name);
  const counts = addCounts(begun.counts, { items: await eraseInTables(work) });
  return saveErasure(table, begun, { step: "archive", counts, closedAtMs: Date.now() });
}

async function eraseInArchive(begun: Erasure, work: ErasureWork): Promise<Erasure> {
  const { access, table, search, options } = work;
  const { startedAtMs, closedAtMs = startedAtMs } = begun;
  let erasure = begun;
  await untilSwept(access, closedAtMs, options);
  const publishedMs = (await hasWatchRules(access)) ? Date.now() : startedAtMs;
  await untilArchivedInTime(access, publishedMs, options);
  // Only this process knows which rows are settled: another one has to find them again.
  const onDone = async (key: string, added: ErasureCounts) => {
    const place = search.settled.size === 0 ? key : erasure.place;
    erasure = await saveErasure(table, erasure, {
      place,
      counts: addCounts(erasure.counts, added),
    });
    options.onProgress?.({ step: "erase", objects: erasure.counts.objects });
  };
  await eraseObjects(search.objects, { onDropped: onDroppedOf(begun, work), onDone }, begun.place);
  return search.settled.size === 0 ? saveErasure(table, erasure, { step: "letters" }) : erasure;
}

function onDroppedOf({ id }: Erasure, { table }: ErasureWork): ObjectChanges["onDropped"] {
  return (dropped) => addErased(table, id, dropped);
}

/** Searches once more where functions have written meanwhile, and deletes dead letters. */
async function eraseRest(begun: Erasure, work: ErasureWork): Promise<EraseResult> {
  const { access, table, search, options } = work;
  const { startedAtMs, closedAtMs = startedAtMs } = begun;
  const isPublished = await hasWatchRules(access);
  const isSwept = await untilSwept(access, closedAtMs, options);
  const toMs = isPublished ? closedAtMs : startedAtMs;
  const late = await untilProcessed(access, toMs, options, work.late);
  const items = await eraseInTables(work);
  const newest = { ...search.objects, fromHour: hourOf(startedAtMs) };
  const changes = { onDropped: onDroppedOf(begun, work) };
  const { objects: _, unreadable: __, ...added } = await eraseObjects(newest, changes);
  const letters = await eraseDeadLetters(access, search, true);
  const counts = addCounts(addCounts(begun.counts, added), { items, letters });
  const doneAtMs = Date.now();
  const { unreadable } = counts;
  const namesUsers = search.namesUsers() || counts.changed > 0;
  const leftovers = leftoversOf(access, { nowMs: doneAtMs, late, isSwept, unreadable, namesUsers });
  const end = {
    doneAtMs,
    goneAtMs: goneAtMs(leftovers, doneAtMs),
    subject: undefined,
    place: undefined,
  };
  return { erasure: await saveErasure(table, begun, { step: "done", counts, ...end }), leftovers };
}

/** Searches until nothing is found: a function may have written an item at the same moment. */
async function eraseInTables({ access, search }: ErasureWork): Promise<number> {
  let items = 0;
  for (let pass = 1; pass <= MAX_SEARCHES; pass += 1) {
    let found = 0;
    for (const table of searchedTables(access))
      found += await eraseTable(table, search.tables, true);
    if (found === 0) return items;
    items += found;
  }
  throw new RainhooksError(
    "throttled",
    "Items of the tables are still written with this data. Is the node or the user still in RainMaker? Run the command again: it goes on.",
  );
}

/** Returns the erasure of a subject that has begun and not ended. */
export function openErasure(
  all: readonly Erasure[],
  { kind, id }: ErasureSubject,
): Erasure | undefined {
  return all.find((one) => one.step !== "done" && one.kind === kind && one.subject?.id === id);
}

async function newErasure(
  access: StageAccess,
  { kind, id, also }: ErasureSubject,
): Promise<Erasure> {
  const startedAtMs = Date.now();
  return {
    id: newTimeId(startedAtMs),
    kind,
    alias: `${ERASED_PREFIX}${randomBytes(6).toString("hex")}`,
    step: "tables",
    subject: { id, also: [...also] },
    startedAtMs,
    startedBy: await callerOf(access),
    counts: NO_COUNTS,
    version: 0,
  };
}

/** What is looked for besides now begins from the beginning. */
async function withFurtherNames(
  table: TableAccess,
  begun: Erasure,
  { id, also }: ErasureSubject,
): Promise<Erasure> {
  const known = begun.subject?.also ?? [];
  if (also.every((one) => known.includes(one))) return begun;
  const all = [...new Set([...known, ...also])];
  return saveErasure(table, begun, {
    subject: { id, also: all },
    step: "tables",
    place: undefined,
  });
}

function refuse(problem: string): never {
  throw new RainhooksError("write-conflict", problem);
}

function refuseErasures(all: readonly Erasure[], own: Erasure | undefined): void {
  const other = all.find(({ id, step }) => step !== "done" && id !== own?.id);
  if (other !== undefined)
    refuse(
      `Erasure ${other.id} of a ${other.kind} has not ended. Run its command again first: it goes on.`,
    );
}

/**
 * Refuses while something else reads or writes the archive or whole tables: it would undo that
 * lines are taken out, or be confused by it. Replays that were stopped, or whose process was
 * killed, begin anew.
 *
 * @throws {RainhooksError} `write-conflict` while a replay runs, or a store is rebuilt.
 */
export async function refuseReaders(access: StageAccess): Promise<void> {
  const { tables } = access.outputs;
  const all = tables[replaysTable.name] === undefined ? [] : await listReplays(access);
  const jobs = all.filter(({ state }) => state !== "done");
  const running = jobs.find((job) => isRunning(job, Date.now()));
  if (running !== undefined)
    refuse(
      `Replay ${running.id} has not ended. Let it end, or cancel it: rainhooks replay cancel ${running.id}`,
    );
  const slotsTable = tables[tableSlotsTable.name];
  const slots = slotsTable && { client: access.clients.dynamodb, tableName: slotsTable };
  for (const store of STORES)
    if (slots && (await readSlots(slots, store)).both)
      refuse(
        `${store} is being rebuilt, or its old tables are still written. Let that end, and drop them: rainhooks rebuild drop ${store}`,
      );
  // The place of a replay is a line of an object, and lines go: it begins anew when it is resumed.
  const anew = { place: undefined, counts: NOTHING_SENT };
  for (const job of jobs)
    if (job.place !== undefined && !(await saveJob(replayTable(access), { ...job, ...anew })))
      refuse(`Replay ${job.id} was started or changed at this moment. Run this command again.`);
}

async function refusePaused(access: StageAccess, own: Erasure | undefined): Promise<void> {
  for (const [name, { queueUrl, paused }] of allQueued(access))
    if (paused === true && (await countMessages(access.clients.sqs, queueUrl)) > 0)
      refuse(
        `${name} is paused, and messages wait for it that may name the ${own?.kind ?? "node or user"}. Let it handle them first.`,
      );
}
