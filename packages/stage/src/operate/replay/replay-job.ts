import { EVENT_TYPES } from "@rainhooks/core/catalog";
import * as v from "valibot";

const number = v.number();
const texts = v.array(v.string());

/** Which archived deliveries to send. */
const selection = {
  /** Range of times at which SNS published them; `toMs` is exclusive. */
  fromMs: number,
  toMs: number,
  /** Only these event types. @defaultValue all that the webhook subscribes to */
  events: v.optional(v.array(v.picklist(EVENT_TYPES))),
  /** Only those about one of these nodes. */
  nodes: v.optional(texts),
  /** Only those with these ids (SNS message ids). */
  ids: v.optional(texts),
  /** Only deliveries of these objects of the archive, which another search has found. */
  keys: v.optional(texts),
};

/** A replay, as it is stored. */
export const replayJob = v.object({
  id: v.string(),
  /** What it was asked to do. */
  request: v.object({
    ...selection,
    webhook: v.string(),
    /** For which part of the webhook the deliveries are, such as one of its destinations. */
    address: v.optional(v.string()),
    rate: number,
    /** The job fails when the webhook's dead-letter queue has grown by more than this. */
    maxDeadLetters: number,
  }),
  /** A job whose process has ended is still `running`, without a runner. */
  state: v.picklist(["running", "done", "failed", "cancelled"]),
  /** Why it failed. */
  reason: v.optional(v.string()),
  /** Who started it: an ARN of AWS. */
  startedBy: v.string(),
  createdAtMs: number,
  updatedAtMs: number,
  /** How often it was written. */
  version: number,
  /** The folders that it reads. */
  hours: v.object({ first: v.string(), last: v.string(), late: texts }),
  /** Deliveries of the selection that the plan has found. */
  planned: number,
  /** Everything up to here has been sent; `undefined` before the first checkpoint. */
  place: v.optional(v.object({ key: v.string(), line: number })),
  /** How far it is. All counts belong to the same place. */
  counts: v.object({
    /** Objects that were begun. */
    objects: number,
    /** Deliveries that were read. */
    read: number,
    /** Deliveries of the selection. */
    matched: number,
    /** Deliveries that the webhook's queue has taken. */
    sent: number,
    /** Deliveries that cannot be decoded: they are not sent. */
    undecodable: number,
    /** Deliveries that the queue can never take. */
    failed: number,
    /** Lines and objects that could not be read. */
    unreadable: number,
  }),
  /** How often it went on after its process had ended without a checkpoint. */
  resumed: number,
  /** What could not be read or sent: the first few. */
  problems: texts,
  /** The process that runs it, and until when nobody else may. */
  runner: v.optional(v.string()),
  leaseUntilMs: v.optional(number),
});

type Unchanged<T> = T extends object ? { readonly [Key in keyof T]: Unchanged<T[Key]> } : T;

export type ReplayJob = Unchanged<v.InferOutput<typeof replayJob>>;
export type ReplayRequest = ReplayJob["request"];
export type ReplaySelection = Pick<ReplayRequest, keyof typeof selection>;
export type ReplayCounts = ReplayJob["counts"];

/** Counts of a job that has read nothing. */
export const NO_COUNTS: ReplayCounts = {
  objects: 0,
  read: 0,
  matched: 0,
  sent: 0,
  undecodable: 0,
  failed: 0,
  unreadable: 0,
};

/** Maximum deliveries between two checkpoints. */
const MAX_CHECKPOINT = 5000;
const MIN_CHECKPOINT = 10;

/** Returns how many deliveries a job sends between two checkpoints: about those of a second. */
export function checkpointAfter({ rate }: Pick<ReplayRequest, "rate">): number {
  return Math.min(MAX_CHECKPOINT, Math.max(MIN_CHECKPOINT, Math.ceil(rate)));
}

/**
 * Returns the maximum number of deliveries that a job has sent twice, because its process ended
 * before a checkpoint.
 */
export function maxRepeats({ resumed, request }: Pick<ReplayJob, "resumed" | "request">): number {
  return resumed * checkpointAfter(request);
}

/** Returns true for a job that has ended, and has sent all that it was to send. */
export function hasSentAll({ state, counts }: Pick<ReplayJob, "state" | "counts">): boolean {
  return state === "done" && counts.failed + counts.unreadable === 0;
}

/** Whether a process runs a job. */
export function isRunning({ state, leaseUntilMs = 0 }: ReplayJob, nowMs: number): boolean {
  return state === "running" && leaseUntilMs > nowMs;
}

/** Returns the state of a job for people: a running one whose process has ended is interrupted. */
export function replayState(job: ReplayJob, nowMs: number): ReplayJob["state"] | "interrupted" {
  return job.state === "running" && !isRunning(job, nowMs) ? "interrupted" : job.state;
}
