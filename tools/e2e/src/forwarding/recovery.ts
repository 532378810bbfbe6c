import { gzipSync } from "node:zlib";
import { hourOf } from "@rainhooks/archive/hour";
import { hoursToRead, type PublishedRange } from "@rainhooks/archive/hours/hours-to-read";
import type { ArchivedObject } from "@rainhooks/archive/objects";
import { listHours } from "@rainhooks/archive/read/read-hours";
import { startBucketServer } from "@rainhooks/archive/testing/bucket-server";
import { collect } from "@rainhooks/core/collections";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import type { TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { MAX_CACHE_AGE_MS } from "@rainhooks/extensions/forwarding/destinations/cached-destinations";
import { ignoreAbsence } from "@rainhooks/extensions/forwarding/operations/resume-destination";
import {
  type MissedDependencies,
  type MissedResult,
  sendMissed,
} from "@rainhooks/extensions/forwarding/operations/send-missed";
import {
  cancelJob,
  createJob,
  listJobs,
  newJob,
  readJob,
  takeJob,
} from "@rainhooks/stage/operate/replay/job-store";
import type { ReplayJob } from "@rainhooks/stage/operate/replay/replay-job";
import { runReplay } from "@rainhooks/stage/operate/replay/run";
import { untilFree } from "@rainhooks/stage/operate/replay/run-job";
import { replaysTable } from "@rainhooks/stage/tables/stage-tables";
import { alertDelivery, type ForwardWorld } from "./forward-world.ts";

const BUCKET = "archive";
/**
 * Time after which what was published is in the archive, as with Firehose's buffer of 5 minutes.
 */
const ARCHIVED_AFTER_MS = 6 * MINUTE_MS;

/** Options of one process that recovers. */
export interface ProcessOptions {
  readonly rate?: number;
  /**
   * Kills the process when it has waited this number of times. It can be set meanwhile.
   * @defaultValue never
   */
  readonly killAtWait?: number;
  /** Called each time that it waits. */
  readonly onWait?: () => Promise<void>;
  /** Called while it sends. */
  readonly onProgress?: (job: ReplayJob) => void;
  /** Objects that the archive seems to have besides. */
  readonly others?: readonly ArchivedObject[];
}

/** The archive of a world, and the command that recovers, in the time of the world. */
export interface Recovery {
  /** Runs a process that sends a destination what it missed. Returns `killed` if it was. */
  recover(id: string, options?: ProcessOptions): Promise<MissedResult | "killed">;
  /** Archives an alert that was published at a time, and that no function has received. */
  archiveOnly(nodeId: string, publishedMs: number): void;
  /** Lists the replays. */
  replays(): Promise<ReplayJob[]>;
  stop(): Promise<void>;
}

export async function startRecovery(world: ForwardWorld, tables: TestTables): Promise<Recovery> {
  const server = await startBucketServer({ [BUCKET]: {} }, 1000);
  await tables.create(replaysTable);
  let written = 0;
  let runners = 0;
  /** Writes what has not been written, to the folders of the hours in which it arrived. */
  const flush = () => {
    const byHour = Map.groupBy(world.published.slice(written), ({ sentAtMs }) => hourOf(sentAtMs));
    written = world.published.length;
    for (const [hour, deliveries] of byHour)
      archive(hour, String(written).padStart(9, "0"), deliveries);
  };
  const archive = (hour: string, name: string, deliveries: readonly Delivery[]) => {
    const key = `deliveries/${hour}/${name}.gz`;
    const objects = server.buckets[BUCKET] ?? {};
    objects[key] = gzipSync(deliveries.map((one) => `${JSON.stringify(one)}\n`).join(""));
    server.writtenAtMs.set(key, world.nowMs);
  };
  const bucket = { client: server.client, bucket: BUCKET };
  const table = { client: tables.client, tableName: replaysTable.name };
  const hoursOf = (range: PublishedRange) =>
    hoursToRead(range, allInTime(range, world.nowMs), world.nowMs);
  /** The replays of a stage, in the time of the world. */
  const replaysOf = (
    { onProgress, rate = 50 }: ProcessOptions,
    sleep: (ms: number) => Promise<void>,
  ): MissedDependencies["replays"] => ({
    read: (id) => readJob(table, id).catch(ignoreAbsence),
    cancel: (id) => cancelJob(table, id, world.nowMs),
    create: async (id, request) => {
      const given = {
        request,
        hours: hoursOf(request),
        planned: 0,
        startedBy: "arn:aws:iam::000000000000:user/a",
      };
      const job = newJob(id, { ...given, nowMs: world.nowMs });
      await createJob(table, job);
      return job;
    },
    run: async (job, stop) => {
      const clock = { nowMs: () => world.nowMs, sleep };
      const free = await untilFree(table, await readJob(table, job.id), { ...stop, clock });
      const request = { ...free.request, rate };
      const runner = `runner-${runners++}`;
      const taken = await takeJob(table, { ...free, request }, { runner, nowMs: world.nowMs });
      return runReplay(taken, {
        table,
        archive: bucket,
        signal: stop.signal,
        queue: world.replays,
        deadLetterQueueUrl: world.replays.deadLetterQueueUrl,
        subscribed: { topics: { alert: "arn:aws:sns:us-east-1:000000000000:alerts" } },
        clock,
        onProgress: (current, wait) => {
          onProgress?.(current);
          stop.onProgress?.({ step: "send", job: current, wait });
        },
      });
    },
  });
  const partsOf = (
    { others = [], ...options }: ProcessOptions,
    sleep: (ms: number) => Promise<void>,
  ): MissedDependencies => ({
    destinations: world.destinations,
    objectsOf: async (range) => [...others, ...(await collect(listHours(bucket, hoursOf(range))))],
    replays: replaysOf(options, sleep),
    clock: { nowMs: () => world.nowMs, sleep },
    whatWaits: async (toMs) => {
      const leftMs = toMs + ARCHIVED_AFTER_MS - world.nowMs;
      if (leftMs > 0) return { for: "archive-buffer", leftMs };
      flush();
      return undefined;
    },
    archiveLookMs: SECOND_MS,
    drainMs: MAX_CACHE_AGE_MS + 60_000,
    rate: options.rate ?? 50,
    maxDeadLetters: 10,
  });
  return {
    recover: async (id, options = {}) => {
      let waits = 0;
      let kill: (value: "killed") => void = () => undefined;
      const killed = new Promise<"killed">((resolve) => {
        kill = resolve;
      });
      // A process that is killed does nothing more: its wait never ends.
      const sleep = async (ms: number) => {
        waits += 1;
        if (waits >= (options.killAtWait ?? Number.POSITIVE_INFINITY)) {
          kill("killed");
          await new Promise(() => undefined);
        }
        await options.onWait?.();
        await world.run(ms);
      };
      return Promise.race([killed, sendMissed(id, partsOf(options, sleep))]);
    },
    archiveOnly: (nodeId, publishedMs) =>
      archive(hourOf(world.nowMs), nodeId, [alertDelivery(nodeId, nodeId, publishedMs)]),
    replays: () => listJobs(table),
    stop: () => server.stop(),
  };
}

/** What is known of the hours after a range, if everything came in time. */
function allInTime({ toMs }: PublishedRange, nowMs: number): ReadonlyMap<string, number> {
  const hours = Math.ceil((nowMs - toMs) / HOUR_MS) + 3;
  return new Map(
    Array.from({ length: hours }, (_, index) => [hourOf(toMs + (index - 1) * HOUR_MS), 0] as const),
  );
}
