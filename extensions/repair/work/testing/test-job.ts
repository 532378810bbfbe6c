import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { memoryHistories } from "@rainhooks/filter/store";
import { NODE_STATUS_EVENTS } from "@rainhooks/node-status/events";
import type { RebuildPhase } from "../../rebuild/rebuild-state.ts";
import { type WorkDependencies, WorkJob } from "../job.ts";
import type { WorkSetup } from "../request.ts";

const SETUP: WorkSetup = {
  job: "00000000-0000-4000-8000-000000000000",
  store: "node-status",
  judged: {
    settings: { timelineDays: 30, seenIntervalS: 60 },
    integration: "us",
    webhook: { events: [...NODE_STATUS_EVENTS], filtered: false, subscribed: { topics: {} }, sinceMs: 0 },
  },
};

/** What of a job is the test's own. */
interface TestJobOptions extends Partial<Omit<WorkDependencies, "wait">> {
  readonly setup?: Partial<WorkSetup>;
  readonly isLate?: () => boolean;
}

/** A job of a command that holds the rebuild. It notes its waits, and for which phases it has looked at that. */
export class TestJob extends WorkJob {
  readonly waits: number[];
  readonly phases: RebuildPhase[] = [];

  constructor({ setup, isLate = () => false, ...parts }: TestJobOptions = {}) {
    const waits: number[] = [];
    super({ ...SETUP, ...setup }, async () => ({ rules: memoryHistories([]), isKnown: () => true }), isLate, {
      ...{ client: new DynamoDBClient(), s3: new S3Client(), bucket: "files", folder: "work" },
      ...{ nameOf: (table: string) => table, nowMs: () => 0, random: () => 0 },
      readRules: async () => ({ rules: memoryHistories([]), isKnown: () => true }),
      ...parts,
      wait: async (ms) => waits.push(ms),
    });
    this.waits = waits;
  }

  override async requireRunner(phase: RebuildPhase): Promise<void> {
    this.phases.push(phase);
  }
}
