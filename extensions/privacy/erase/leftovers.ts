import { countText } from "@rainhooks/core/count-text";
import { DAY_MS } from "@rainhooks/core/durations";
import { functionsOf } from "@rainhooks/stage/outputs";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { OUTBOX_KEEP_MS } from "../../forwarding/outbox/entry.ts";

/** Of DynamoDB: what an older deployment does not say. */
const MAX_DAYS = 35;

/** A copy that an erasure cannot delete, and until when it is there. */
export interface Leftover {
  /** Where it is, and what ends it. */
  readonly where: string;
  /** Epoch milliseconds; `undefined` if nobody here can say. */
  readonly goneAtMs: number | undefined;
}

/** Days for which a queue keeps a message at most: SQS's limit, and what Rainhooks sets. */
const QUEUE_DAYS = 14;
/** Days for which attempts are kept, if their setting does not say. */
const ATTEMPT_DAYS = 30;
/**
 * Days after its time in which DynamoDB deletes an item. Source: Amazon DynamoDB developer guide,
 * "Time to Live": "within a few days".
 */
const TTL_DAYS = 3;
/** Days for which S3 keeps the files of a verification or a rebuild, with their older versions. */
const WORK_DAYS = 2;

/** What is known of an erasure. */
export interface ErasureEnd {
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** Functions that have not handled what was published before. */
  readonly late: readonly string[];
  /** Whether no sweep of alarms can have read it any more. */
  readonly isSwept: boolean;
  /** Objects of the archive that could not be read. */
  readonly unreadable: number;
  /** Whether deliveries of the stage name users; true if it is not a user that was looked for. */
  readonly namesUsers: boolean;
}

/** Why nothing of a user was found in a stage whose source is such as RainMaker Neo. */
export const NAMES_NO_USER =
  "No event of this stage names a user. What is stored of a person is what their nodes report: erase or export these nodes, and delete the person in RainMaker.";

/** Returns the data of a subject that remain for a time after an erasure. */
export function leftoversOf(
  { outputs, local }: StageAccess,
  { nowMs, late, isSwept, unreadable, namesUsers }: ErasureEnd,
): Leftover[] {
  const inDays = (where: string, days: number): Leftover => ({
    where,
    goneAtMs: nowMs + days * DAY_MS,
  });
  const ofTable = (where: string, days: number) => inDays(where, days + TTL_DAYS);
  const { retention, functions } = outputs;
  const attemptDays = attemptDaysOf(functions);
  const workers = functionsOf({ functions }, "queue").map(([name]) => name);
  const ofLate = late.flatMap((name): Leftover[] => {
    // What a worker puts into the outbox waits there once more.
    const isWorker = attemptDays !== undefined && workers.includes(name);
    const sentDays = QUEUE_DAYS + (isWorker ? OUTBOX_KEEP_MS / DAY_MS : 0);
    return [
      inDays(`messages that wait for ${name}, and dead letters of them`, sentDays + QUEUE_DAYS),
      isWorker
        ? ofTable(`attempts that ${name} makes with them`, sentDays + attemptDays)
        : forGood(`what ${name} writes of them: run this command again when they are handled`),
    ];
  });
  const forwarded = attemptDays !== undefined && [
    ofTable(
      "events about others, too, that wait in order behind its own (table outbox)",
      OUTBOX_KEEP_MS / DAY_MS,
    ),
    ofTable(
      "responses to batches with its events that do not name it (table attempts)",
      attemptDays,
    ),
  ];
  const dated = [...ofLate, ...(forwarded || [])];
  const lastMs = goneAtMs(dated, nowMs);
  const after = (where: string, days: number): Leftover => ({
    where,
    goneAtMs: lastMs + days * DAY_MS,
  });
  const ofStage =
    local === undefined
      ? [
          after(
            "backups of the tables (point-in-time recovery)",
            retention?.recoveryDays ?? MAX_DAYS,
          ),
          after("logs of the functions in CloudWatch", retention?.logDays ?? 14),
          inDays("results of Athena's queries", (retention?.resultDays ?? 7) + 1),
          inDays("files of verifications and rebuilds (work/ in the bucket)", WORK_DAYS),
        ]
      : [
          forGood(
            `logs of the functions (${local.dataDir}/logs), and free pages in the files of the local services: gone when you delete the folder`,
          ),
        ];
  const others = [
    forwarded && "systems to which destinations have sent it: ask their owners",
    forwarded &&
      "addresses of destinations, if one has it in its path: they are secrets, and not read",
    "names of parameters, groups and rules with it, and longer words: lines with “stays” of a plan are some",
    unreadable > 0 &&
      `${countText(unreadable, "broken object")} of the archive: nobody can read what is in it`,
    !isSwept && "an event of an alarm that a sweep may publish still: run this command again",
    "files that people have exported",
    "what RainMaker itself has stored, such as the shadows and readings of RainMaker Neo: delete it there",
    !namesUsers && NAMES_NO_USER,
  ];
  return [...dated, ...ofStage, ...others.filter((where) => where !== false).map(forGood)];
}

/** What nobody here can say the end of. */
function forGood(where: string): Leftover {
  return { where, goneAtMs: undefined };
}

/**
 * Returns for how many days attempts are kept; `undefined` for a stage that sends nothing to
 * destinations.
 */
function attemptDaysOf(functions: StageAccess["outputs"]["functions"]): number | undefined {
  const settings = Object.values(functions).map((one) => one.settings?.["attemptDays"]);
  const found = settings.find((one) => one !== undefined);
  return found === undefined ? undefined : Number(found.value) || ATTEMPT_DAYS;
}

/** Returns when the last copy with a known end expires, epoch milliseconds. */
export function goneAtMs(leftovers: readonly Leftover[], nowMs: number): number {
  return Math.max(nowMs, ...leftovers.flatMap(({ goneAtMs: one }) => one ?? []));
}
