import { DAY_MS } from "@rainhooks/core";
import { OUTBOX_KEEP_MS } from "@rainhooks/forwarding/outbox";
import { functionsOf, type ReachedStage } from "@rainhooks/stage";

/** A copy that an erasure cannot delete, and until when it is there. */
export interface Leftover {
  /** Where it is, and what ends it. */
  readonly where: string;
  /** Epoch milliseconds; `undefined` if nobody here can say. */
  readonly goneAtMs: number | undefined;
}

/** Days for which a queue keeps a message at most: SQS's limit, and what Rainhooks sets. */
const QUEUE_DAYS = 14;
/** Days for which an event waits in the outbox at most. */
const OUTBOX_DAYS = OUTBOX_KEEP_MS / DAY_MS;
/** Days for which S3 keeps the files of a verification or a rebuild, with their older versions. */
const WORK_DAYS = 2;

/** Returns what remains of somebody's data for a time after an erasure. */
export function leftoversOf({ outputs, local }: ReachedStage, nowMs: number): Leftover[] {
  const inDays = (days: number) => nowMs + days * DAY_MS;
  const { retention, functions } = outputs;
  const forwards = functionsOf({ functions }, "topics").some(([name]) => name === "forward");
  return [
    {
      where: "messages in queues that a function could not handle yet: handled, or deleted by SQS",
      goneAtMs: inDays(QUEUE_DAYS),
    },
    ...(forwards
      ? [
          {
            where: "events that wait for destinations with batches or order (table outbox): sent, or deleted",
            goneAtMs: inDays(OUTBOX_DAYS),
          },
        ]
      : []),
    ...(local === undefined
      ? [
          {
            where: "backups of the tables (point-in-time recovery)",
            goneAtMs: inDays(retention?.recoveryDays ?? 35),
          },
          { where: "logs of the functions in CloudWatch", goneAtMs: inDays(retention?.logDays ?? 14) },
          { where: "results of Athena's queries", goneAtMs: inDays((retention?.resultDays ?? 7) + 1) },
          { where: "files of verifications and rebuilds (work/ in the bucket)", goneAtMs: inDays(WORK_DAYS) },
        ]
      : [
          {
            where: `logs of the functions (${local.dataDir}/logs), and free pages in the files of the local services: gone when you delete the folder`,
            goneAtMs: undefined,
          },
        ]),
    ...(forwards
      ? [{ where: "systems to which destinations have sent it: ask their owners", goneAtMs: undefined }]
      : []),
    { where: "files that people have exported", goneAtMs: undefined },
  ];
}

/** Returns when the last copy is gone whose end is known. */
export function goneAtMs(leftovers: readonly Leftover[]): number {
  return Math.max(...leftovers.flatMap(({ goneAtMs: one }) => one ?? []));
}
