import { countText } from "@rainhooks/core/count-text";
import { durationText } from "@rainhooks/core/duration-text";
import { SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import type { Slot } from "@rainhooks/dynamodb/slots/slot";
import { number, ofPlanned } from "../numbers.ts";
import type { ReplayJob } from "./replay/replay-job.ts";

/** What an operation may be given besides its request. */
export interface OperationOptions {
  /** Stops the operation soon. Its changes stay, and it can be started again. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the current step. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Why work has ended that was cancelled by another process. */
export class EndRequest extends RainhooksError {
  constructor(who: string) {
    super("write-conflict", `${who} has asked this to end. Started again, it can go on.`);
  }
}

/** Returns whether an operation has failed because it was cancelled, and not for another reason. */
export function isCancelled(thrown: unknown, signal: AbortSignal | undefined): boolean {
  if (thrown instanceof EndRequest) return true;
  if (signal?.aborted !== true) return false;
  for (
    let error = thrown;
    error !== undefined;
    error = error instanceof Error ? error.cause : undefined
  )
    if (error === signal.reason || (error instanceof Error && error.name === "AbortError"))
      return true;
  return false;
}

/**
 * Returns options of which `onProgress` throws the reason when `signal` is aborted: it is called in
 * each step of long work, which ends it.
 */
export function abortable({ signal, onProgress }: OperationOptions): OperationOptions {
  if (signal === undefined) return { onProgress };
  return {
    signal,
    onProgress: (progress) => {
      signal.throwIfAborted();
      onProgress?.(progress);
    },
  };
}

type Fields<Of> = Of extends (fields: infer Given) => string ? Given : never;
type FieldsOf<Texts> = { readonly [Name in keyof Texts]: Fields<Texts[Name]> };
type TextsOf<All> = { readonly [Name in keyof All]: (fields: All[Name]) => string };

/** What an operation waits for: how a sentence ends that begins with `until`. */
const WAITS = {
  "archive-buffer": ({ leftMs }: { readonly leftMs: number }) =>
    `the archive's buffer is written (${atLeastASecond(leftMs)})`,
  /** `ageMs`: the age of the oldest one. */
  "archive-queue": ({ ageMs }: { readonly ageMs: number }) =>
    `deliveries in the archive's queue are archived, which have waited for up to ${durationText(ageMs)}`,
  firehose: ({ ageMs }: { readonly ageMs: number }) =>
    `Firehose writes what it has held for up to ${durationText(ageMs)}`,
  "active-seen": ({ destination }: { readonly destination: string }) =>
    `all functions have seen that ${destination} is active`,
  "other-process": ({ leftMs }: { readonly leftMs: number }) =>
    `no other process can be running it any more (${atLeastASecond(leftMs)})`,
  "fewer-waiting": ({ webhook, count }: { readonly webhook: string; readonly count: number }) =>
    `some of the ${countText(count, "message")} that wait for ${webhook} are handled`,
  "both-slots": ({ leftMs }: { readonly leftMs: number }) =>
    `all functions write to both slots (${atLeastASecond(leftMs)})`,
  lead: () => "all functions write to these tables first",
  unused: () => "no function uses the other tables",
  /** `leftMs`: the maximum time until that is known. */
  handled: ({ webhook, leftMs }: { readonly webhook: string; readonly leftMs?: number }) =>
    `it is known that ${webhook} has handled what was published so far${leftMs === undefined ? "" : ` (for up to ${atLeastASecond(leftMs)})`}`,
  /** `until`: what an extension says. */
  extension: ({ until, leftMs }: { readonly until: string; readonly leftMs: number }) =>
    `${until} (${atLeastASecond(leftMs)})`,
  swept: ({ leftMs }: { readonly leftMs: number }) =>
    `the alarms have been swept (${atLeastASecond(leftMs)})`,
};

type WaitFields = FieldsOf<typeof WAITS>;
type WaitOf<Name extends keyof WaitFields> = {
  [One in Name]: { readonly for: One } & WaitFields[One];
}[Name];

/** What an operation waits for. */
export type Wait = WaitOf<keyof WaitFields>;

/** Says what an operation waits for: the end of a sentence that begins with `until`. */
export function waitText<Name extends keyof WaitFields>(wait: WaitOf<Name>): string {
  const texts: TextsOf<WaitFields> = WAITS;
  return texts[wait.for](wait);
}

function atLeastASecond(ms: number): string {
  return durationText(Math.ceil(ms / SECOND_MS) * SECOND_MS);
}

/** The steps of operations. */
const STEPS = {
  /** `matched`: deliveries that will be sent. */
  "read-archive": ({ objects, deliveries, matched }: ArchiveRead) =>
    `reading the archive: ${[
      ...(objects === undefined ? [] : [countText(objects, "object")]),
      countText(deliveries, "delivery", "deliveries"),
      ...(matched === undefined ? [] : [`${number(matched)} to send`]),
    ].join(", ")}`,
  "read-tables": ({ items }: Items) => `reading the tables: ${countText(items, "item")}`,
  /** It waits for the outcomes of messages; `messages`: how many are still in a queue. */
  outcomes: ({ webhook, messages }: { readonly webhook: string; readonly messages: number }) =>
    `waiting for ${webhook}: ${countText(messages, "message")} in its queue`,
  /** It changes things one after the other; `done`: how many are changed. */
  change: (counts: { readonly done: number; readonly of: number }) =>
    `${counts.done} of ${counts.of}`,
  erase: ({ objects }: Objects) => `searching the archive: ${countText(objects, "object")}`,
  "read-slot": ({ slot }: { readonly slot: Slot }) => `reading slot ${slot}`,
  compare: (counts: { readonly partitions: number; readonly of: number }) =>
    `comparing: ${counts.partitions} of ${counts.of} partitions of the nodes`,
  explain: ({ objects }: Objects) =>
    `looking for what explains the differences: ${countText(objects, "object")}`,
  "copy-rows": () => "copying the live rows",
  /** From the tables that are not live. */
  "delete-items": ({ items }: Items) => `deleting: ${countText(items, "item")}`,
  write: (counts: { readonly partition: number; readonly of: number }) =>
    `writing: partition ${counts.partition} of ${counts.of}`,
  /** A replay has begun; it can be cancelled by its id. */
  started: ({ job }: { readonly job: ReplayJob }) => `Replay ${job.id} has started.`,
  send: ({ job, wait }: { readonly job: ReplayJob; readonly wait: Wait | undefined }) =>
    replayProgressText(job, wait),
  wait: ({ wait }: { readonly wait: Wait }) => `Waiting until ${waitText(wait)}.`,
};

interface Objects {
  readonly objects: number;
}

interface Items {
  readonly items: number;
}

interface ArchiveRead extends Partial<Objects> {
  readonly deliveries: number;
  readonly matched?: number;
}

type StepFields = FieldsOf<typeof STEPS>;
type StepOf<Name extends keyof StepFields> = {
  [One in Name]: { readonly step: One } & StepFields[One];
}[Name];

/** What an operation does now. */
export type Progress = StepOf<keyof StepFields>;

/** Says what an operation does now, in one line. */
export function progressText<Name extends keyof StepFields>(progress: StepOf<Name>): string {
  const texts: TextsOf<StepFields> = STEPS;
  return texts[progress.step](progress);
}

/** Says how far a replay is: counts, and the time that is left at its rate. */
export function replayProgressText(
  { counts: { matched, sent }, planned, request }: ReplayJob,
  wait: Wait | undefined,
): string {
  const done = `${ofPlanned(sent, { planned })} sent`;
  if (wait !== undefined) return `${done}, waiting until ${waitText(wait)}`;
  if (planned === 0) return done;
  const leftMs = (Math.max(0, planned - matched) / request.rate) * SECOND_MS;
  return `${done}, ${durationText(leftMs)} left`;
}
