import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { queryApi } from "@rainhooks/app-query-api/api";
import { SCHEDULED, SHIPPED, WORKERS } from "@rainhooks/app-webhook-list";
import { bundleDir } from "@rainhooks/app-webhook-list/bundles";
import {
  RUNTIME_PATH,
  type Stage,
  type StageOptions,
  startStage,
  withShortWaits,
} from "@rainhooks/local-aws";

/** A stage with the built bundles for a test, its data folder, and its problems. */
export interface TestStage {
  readonly stage: Stage;
  readonly dataDir: string;
  readonly problems: readonly string[];
  stop(): Promise<void>;
}

/** Starts a stage on its own folder. */
export async function startTestStage(
  options: Partial<
    Pick<
      StageOptions,
      | "webhooks"
      | "byFirehose"
      | "workers"
      | "scheduled"
      | "storeWork"
      | "endpoint"
      | "functionEndpoint"
      | "bundleDir"
      | "targets"
      | "development"
      | "onHeldBack"
      | "settingsOf"
    >
  > = {},
): Promise<TestStage> {
  const dataDir = await mkdtemp(join(tmpdir(), "stage-"));
  const problems: string[] = [];
  const remove = () => rm(dataDir, { recursive: true, maxRetries: 5, retryDelay: 50 });
  const stage = await startStage({
    name: "local",
    webhooks: SHIPPED.map(withShortWaits),
    workers: WORKERS.map(withShortWaits),
    scheduled: SCHEDULED,
    api: queryApi,
    dataDir,
    port: 0,
    queryPort: 0,
    endpoint: undefined,
    bundleDir,
    runtimePath: RUNTIME_PATH,
    onProblem: (text) => problems.push(text),
    ...options,
  }).catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  return {
    stage,
    dataDir,
    problems,
    stop: async () => {
      await stage.stop();
      await remove();
    },
  };
}
