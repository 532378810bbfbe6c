import type { HoursToRead } from "@rainhooks/archive/hours/hours-to-read";
import type { ArchiveCursor } from "@rainhooks/archive/read/read-hours";
import type { EventType } from "@rainhooks/core/catalog";

/** Which archived deliveries to send. */
export interface ReplaySelection {
  /** Range of times at which SNS published them; `toMs` is exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Only these event types. @defaultValue all that the webhook subscribes to */
  readonly events?: readonly EventType[] | undefined;
  /** Only those about one of these nodes. */
  readonly nodes?: readonly string[] | undefined;
  /** Only those with these ids (SNS message ids). */
  readonly ids?: readonly string[] | undefined;
  /** Only deliveries of these objects of the archive, which another search has found. */
  readonly keys?: readonly string[] | undefined;
}

/** What a replay was asked to do. */
export interface ReplayRequest extends ReplaySelection {
  readonly webhook: string;
  /** For which part of the webhook the deliveries are, such as one of its destinations. */
  readonly address?: string | undefined;
  readonly rate: number;
  /** The job fails when the webhook's dead-letter queue has grown by more than this. */
  readonly maxDeadLetters: number;
}

/** How far a replay is. All counts belong to the same place. */
export interface ReplayCounts {
  /** Objects that were begun. */
  readonly objects: number;
  /** Deliveries that were read. */
  readonly read: number;
  /** Deliveries of the selection. */
  readonly matched: number;
  /** Deliveries that the webhook's queue has taken. */
  readonly sent: number;
  /** Deliveries that cannot be decoded: they are not sent. */
  readonly undecodable: number;
  /** Deliveries that the queue can never take. */
  readonly failed: number;
  /** Lines and objects that could not be read. */
  readonly unreadable: number;
}

/** State of a job. A job whose process has ended is still `running`, without a runner. */
export type ReplayState = "running" | "done" | "failed" | "cancelled";

/** A replay. */
export interface ReplayJob {
  readonly id: string;
  readonly request: ReplayRequest;
  readonly state: ReplayState;
  /** Why it failed. */
  readonly reason?: string | undefined;
  /** Who started it: an ARN of AWS. */
  readonly startedBy: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** How often it was written. */
  readonly version: number;
  /** The folders that it reads. */
  readonly hours: HoursToRead;
  /** Deliveries of the selection that the plan has found. */
  readonly planned: number;
  /** Everything up to here has been sent; `undefined` before the first checkpoint. */
  readonly place?: ArchiveCursor | undefined;
  readonly counts: ReplayCounts;
  /** How often it went on after its process had ended without a checkpoint. */
  readonly resumed: number;
  /** What could not be read or sent: the first few. */
  readonly problems: readonly string[];
  /** The process that runs it, and until when nobody else may. */
  readonly runner?: string | undefined;
  readonly leaseUntilMs?: number | undefined;
}

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
 * Returns the maximum number of deliveries that a job has sent twice, because its process ended before a
 * checkpoint.
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
export function replayState(job: ReplayJob, nowMs: number): ReplayState | "interrupted" {
  return job.state === "running" && !isRunning(job, nowMs) ? "interrupted" : job.state;
}
