import { webhooksWithTimeout } from "@rainhooks/app-local/testing";
import { queryApi } from "@rainhooks/app-query-api/api";
import { bundleDir } from "@rainhooks/app-webhook-list/bundles";
import { RUNTIME_PATH, type Stage, type StageOptions, startStage } from "@rainhooks/local-aws";
import { startChild } from "../processes/child.ts";

/** Options of the stage of a battery. */
export interface BatteryStageOptions {
  readonly dataDir: string;
  /** Timeout of the functions: records of a process that was killed come back after six times that. */
  readonly timeoutS: number;
  /** Lets SNS write to Firehose itself, in place of the archive's function. */
  readonly firehose: boolean;
  /** Returns the folder with a function's bundle. @defaultValue the bundles that are deployed */
  readonly bundles?: ((name: string) => string | Promise<string>) | undefined;
  readonly print: (text: string) => void;
}

/** As in AWS: with fewer, a battery mostly waits for calls that are slow or repeated. */
const MAX_CONCURRENCY = 10;

/** The webhooks that a battery runs. */
export const BATTERY_WEBHOOKS = ["archive", "node-status", "time-series"];

/** Starts the stage's services in a process of their own: they need as much time as all the rest. */
export async function startServices(dataDir: string) {
  const { child, ready } = await startChild("stage-services", { args: [dataDir] });
  const { endpoint } = ready as { readonly endpoint: string };
  return {
    endpoint,
    flush: async () => void (await child.ask("flush")),
    stop: async () => {
      await child.ask("stop");
      await child.stop();
    },
  };
}

/** Starts the stage of a battery. */
export function startBatteryStage(
  { dataDir, print, timeoutS, firehose, bundles = bundleDir }: BatteryStageOptions,
  services: NonNullable<StageOptions["services"]>,
  functionEndpoint: (name: string, endpoint: string) => Promise<string>,
): Promise<Stage> {
  let problems = 0;
  return startStage({
    name: "local",
    functions: [...webhooksWithTimeout(BATTERY_WEBHOOKS, timeoutS), queryApi],
    byFirehose: firehose ? ["archive"] : [],
    dataDir,
    port: 0,
    queryPort: 0,
    endpoint: undefined,
    services,
    bundleDir: bundles,
    runtimePath: RUNTIME_PATH,
    functionEndpoint,
    freezes: true,
    maxConcurrency: MAX_CONCURRENCY,
    replayConcurrency: MAX_CONCURRENCY,
    // Faults and kills make many of them.
    onProblem: (text) => {
      problems += 1;
      if (problems % 1000 === 0) print(`${problems} problems so far, such as: ${text.slice(0, 200)}`);
    },
  });
}
