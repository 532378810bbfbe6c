import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { ERASED_PREFIX, newTimeId, RainhooksError, SECOND_MS } from "@rainhooks/core";
import type { Attributes } from "@rainhooks/dynamodb";
import { readSlots } from "@rainhooks/dynamodb";
import { allQueued, archiveOf, type ReachedStage, slotClient, tableOf } from "@rainhooks/stage";
import type { DeadLetterSeen } from "@rainhooks/stage/read-dead-letters";
import { handledUntilMs } from "../archived/handled-until.ts";
import { waitUntilArchived } from "../archived/wait-until-archived.ts";
import { abortable, type OperationOptions } from "../progress.ts";
import { JOB_PART } from "../replay/job-item.ts";
import { listReplays } from "../replay/run-job.ts";
import { replayTable } from "../replay/target.ts";
import { callerOf } from "../stage/caller.ts";
import { countMessages } from "../stage/count-messages.ts";
import { eraseLetters } from "./erase-letters.ts";
import { eraseObjects, type ObjectSearch } from "./erase-objects.ts";
import { eraseTable, type TableSearch } from "./erase-tables.ts";
import { addCounts, type Erasure, type ErasureCounts, NO_COUNTS } from "./erasure.ts";
import { addErased, type ErasureTable, erasureTable, readErasures, saveErasure } from "./erasure-store.ts";
import { goneAtMs, type Leftover, leftoversOf } from "./leftovers.ts";
import { type ErasureSubject, mentionsOf } from "./subject.ts";

/** What would be erased. */
export interface ErasurePlan {
  readonly counts: ErasureCounts;
  /** Items that name the subject, by table. */
  readonly tables: ReadonlyMap<string, number>;
  readonly leftovers: readonly Leftover[];
  /** The erasure of the same subject that was begun and has not ended. */
  readonly begun: Erasure | undefined;
}

/** A piece of data that names a subject. */
export type FoundData =
  | { readonly in: "archive"; readonly line: string }
  | { readonly in: "table"; readonly table: string; readonly item: Readonly<Record<string, unknown>> }
  | { readonly in: "dead-letters"; readonly letter: DeadLetterSeen };

/**
 * Looks where the data of a node or a user is, and changes nothing.
 *
 * @param onFound Called with each piece of it.
 * @throws {RainhooksError} `input-invalid` for an id that cannot be looked for.
 */
export async function planErasure(
  reached: ReachedStage,
  subject: ErasureSubject,
  {
    onFound,
    ...given
  }: OperationOptions & { readonly onFound?: ((one: FoundData) => void) | undefined } = {},
): Promise<ErasurePlan> {
  const options = abortable(given);
  const search = searchOf(reached, subject, PLANNED_ALIAS, options);
  let objects = 0;
  const onLine = (line: string) => onFound?.({ in: "archive", line });
  const onObject = () => {
    objects += 1;
    options.onProgress?.({ step: "erase", objects });
  };
  const counts = await eraseObjects({ ...search.objects, onLine, onObject }, undefined);
  const tables = new Map<string, number>();
  for (const [name, deployed] of tablesOf(reached)) {
    const onItem = (item: Attributes) => onFound?.({ in: "table", table: name, item: unmarshall(item) });
    const found = await eraseTable(deployed, { ...search.tables, onItem }, false);
    if (found > 0) tables.set(name, found);
  }
  const onLetter = (letter: DeadLetterSeen) => onFound?.({ in: "dead-letters", letter });
  const letters = await eraseLetters(reached, { mentions: search.mentions, onLetter }, false);
  const items = [...tables.values()].reduce((sum, one) => sum + one, 0);
  return {
    counts: { ...counts, items, letters },
    tables,
    leftovers: leftoversOf(reached, Date.now()),
    begun: begunIn(await readErasures(erasureTable(reached)), subject),
  };
}

const PLANNED_ALIAS = `${ERASED_PREFIX}planned`;

/** Tables that are not searched: that of the erasures says whose data is erased until that is done. */
const NOT_SEARCHED = new Set(["erasures"]);
/** Without its rules, nobody could tell by which rules the deliveries were judged that are about others, too. */
const KEPT = new Set(["filter-rules"]);
/** How often tables are searched: what a function wrote during a search is found by the next one. */
const MAX_SEARCHES = 5;
const LOOK_MS = SECOND_MS;

function tablesOf({ outputs }: ReachedStage): [name: string, deployed: string][] {
  return Object.entries(outputs.tables).filter(([name]) => !NOT_SEARCHED.has(name));
}

/** The result of an erasure. */
export interface Erased {
  readonly erasure: Erasure;
  readonly leftovers: readonly Leftover[];
}

/**
 * Erases the data of a node or a user that was published before now, or goes on with an erasure of the same subject that has not ended. It can be ended at
 * any moment, and started again.
 *
 * @throws {RainhooksError} `write-conflict` if it runs in another process, or while a replay has not ended.
 */
export async function eraseSubject(
  reached: ReachedStage,
  subject: ErasureSubject,
  given: OperationOptions = {},
): Promise<Erased> {
  const options = abortable(given);
  mentionsOf(subject);
  const table = erasureTable(reached);
  const all = await readErasures(table);
  const begun = begunIn(all, subject);
  refuseErasures(all, begun);
  await refuseOthers(reached, begun);
  let erasure =
    begun === undefined
      ? await saveErasure(table, await newErasure(reached, subject), {})
      : await withFurtherNames(table, begun, subject);
  const search = searchOf(reached, { ...subject, ...erasure.subject }, erasure.alias, options);
  const work = { reached, table, search, options };
  if (erasure.step === "archive") erasure = await eraseInArchive(erasure, work);
  if (erasure.step === "tables") {
    await waitUntilHandled(reached, erasure.startedAtMs, options);
    const counts = addCounts(erasure.counts, { items: await eraseInTables(reached, search.tables) });
    erasure = await saveErasure(table, erasure, { step: "letters", counts });
  }
  const leftovers = leftoversOf(reached, Date.now());
  const counts = addCounts(erasure.counts, { letters: await eraseLetters(reached, search, true) });
  const end = { doneAtMs: Date.now(), goneAtMs: goneAtMs(leftovers), subject: undefined, place: undefined };
  return { erasure: await saveErasure(table, erasure, { step: "done", counts, ...end }), leftovers };
}

/** What the steps of an erasure need. */
interface ErasureWork {
  readonly reached: ReachedStage;
  readonly table: ErasureTable;
  readonly search: ReturnType<typeof searchOf>;
  readonly options: OperationOptions;
}

async function eraseInArchive(
  begun: Erasure,
  { reached, table, search, options }: ErasureWork,
): Promise<Erasure> {
  let erasure = begun;
  await waitUntilArchived(reached, begun.startedAtMs, { ...options, wait: true });
  await eraseObjects(
    search.objects,
    {
      onDropped: (dropped) => addErased(table, begun.id, dropped),
      onDone: async (place, added) => {
        erasure = await saveErasure(table, erasure, { place, counts: addCounts(erasure.counts, added) });
        options.onProgress?.({ step: "erase", objects: erasure.counts.objects });
      },
    },
    begun.place,
  );
  return saveErasure(table, erasure, { step: "tables" });
}

/** Searches until nothing is found: a function may have written an item at the same moment. */
async function eraseInTables(reached: ReachedStage, search: TableSearch): Promise<number> {
  let items = 0;
  for (let pass = 1; pass <= MAX_SEARCHES; pass += 1) {
    let found = 0;
    for (const [name, deployed] of tablesOf(reached))
      found += await eraseTable(deployed, { ...search, keepsItems: KEPT.has(name) }, true);
    if (found === 0) return items;
    items += found;
  }
  throw new RainhooksError(
    "throttled",
    "Items of the tables are still written with this data. Is the node or the user still in RainMaker? Run the command again: it goes on.",
  );
}

function searchOf(
  reached: ReachedStage,
  subject: ErasureSubject,
  alias: string,
  { onProgress }: OperationOptions,
) {
  const mentions = mentionsOf(subject);
  const bucket = {
    client: reached.clients.s3,
    bucket: archiveOf(reached).bucket,
    isVersioned: reached.local === undefined,
  };
  const objects: ObjectSearch = { bucket, subject, mentions, alias };
  const tables: TableSearch = {
    client: slotClient(reached),
    subject,
    mentions,
    alias,
    onPage: (items) => onProgress?.({ step: "read-tables", items }),
  };
  return { objects, tables, mentions };
}

function begunIn(all: readonly Erasure[], { kind, id }: ErasureSubject): Erasure | undefined {
  return all.find((one) => one.step !== "done" && one.kind === kind && one.subject?.id === id);
}

async function newErasure(reached: ReachedStage, { kind, id, also }: ErasureSubject): Promise<Erasure> {
  const startedAtMs = Date.now();
  return {
    id: newTimeId(startedAtMs),
    kind,
    alias: `${ERASED_PREFIX}${randomBytes(6).toString("hex")}`,
    step: "archive",
    subject: { id, also },
    startedAtMs,
    startedBy: await callerOf(reached),
    counts: NO_COUNTS,
    version: 0,
  };
}

/** What is looked for besides now begins from the beginning. */
async function withFurtherNames(
  table: ErasureTable,
  begun: Erasure,
  { id, also }: ErasureSubject,
): Promise<Erasure> {
  const known = begun.subject?.also ?? [];
  if (also.every((one) => known.includes(one))) return begun;
  const all = [...new Set([...known, ...also])];
  return saveErasure(table, begun, { subject: { id, also: all }, step: "archive", place: undefined });
}

function refuse(problem: string): never {
  throw new RainhooksError("write-conflict", problem);
}

function refuseErasures(all: readonly Erasure[], own: Erasure | undefined): void {
  const other = all.find(({ id, step }) => step !== "done" && id !== own?.id);
  if (other !== undefined)
    refuse(`Erasure ${other.id} of a ${other.kind} has not ended. Run its command again first: it goes on.`);
}

/** What else reads and writes the archive or whole tables would undo an erasure, or be confused by it. */
async function refuseOthers(reached: ReachedStage, own: Erasure | undefined): Promise<void> {
  const jobs = (await listReplays(reached)).filter(({ state }) => state !== "done");
  const running = jobs.find(({ state }) => state === "running");
  if (running !== undefined)
    refuse(
      `Replay ${running.id} has not ended. Let it end, or cancel it: rainhooks replay cancel ${running.id}`,
    );
  const slots = { client: reached.clients.dynamodb, tableName: tableOf(reached, "table-slots") };
  for (const store of ["node-status", "time-series"])
    if ((await readSlots(slots, store)).both)
      refuse(
        `${store} is being rebuilt, or its old tables are still written. Let that end, and drop them: rainhooks rebuild drop ${store}`,
      );
  for (const [name, { queueUrl, paused }] of allQueued(reached))
    if (paused === true && queueUrl !== undefined && (await countMessages(reached.clients.sqs, queueUrl)) > 0)
      refuse(
        `${name} is paused, and messages wait for it that may name the ${own?.kind ?? "node or user"}. Let it handle them first.`,
      );
  for (const { id, place } of jobs) if (place !== undefined) await forgetPlace(reached, id);
}

/** The place of a replay is a line of an object, and lines go: it begins anew when it is resumed. */
async function forgetPlace(reached: ReachedStage, job: string): Promise<void> {
  const { client, tableName } = replayTable(reached);
  await client.send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: { job: { S: job }, part: { S: JOB_PART } },
      UpdateExpression: "REMOVE place",
    }),
  );
}

async function waitUntilHandled(
  reached: ReachedStage,
  toMs: number,
  { signal, onProgress }: OperationOptions,
): Promise<void> {
  for (const [webhook, queued] of allQueued(reached)) {
    const replays = queued.trigger === "topics" ? queued.replay?.queueUrl : undefined;
    const urls = [queued.queueUrl, replays].filter((url) => url !== undefined);
    if (urls.length === 0 || queued.paused === true) continue;
    while ((await handledUntilMs(reached, urls)) < toMs) {
      onProgress?.({ step: "wait", wait: { for: "handled", webhook } });
      await pause(LOOK_MS, undefined, signal === undefined ? {} : { signal });
    }
  }
}
