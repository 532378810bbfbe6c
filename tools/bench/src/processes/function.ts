import { join } from "node:path";
import { bundleDir } from "@rainhooks/app-list/bundles";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "@rainhooks/core/emulator";
import { WORKER_BENCHES } from "@rainhooks/extensions/bench";
import { gate } from "@rainhooks/testing/gate";
import {
  codeOf,
  type FunctionDefinition,
  type QueuedFunction,
} from "@rainhooks/webhook/define-function";
import { functionEnvironment } from "@rainhooks/webhook/environment";
import { deadLetterQueueName, deployedName } from "@rainhooks/webhook/names";
import type { SQSRecord } from "aws-lambda";
import { startChild } from "./child.ts";
import { BENCH_STAGE } from "./services.ts";

/** What one invocation took. */
export interface Invocation {
  /** Time on processors, of all threads of its process. */
  readonly cpuMs: number;
  /** The largest resident set of its process. */
  readonly peakMiB: number;
  /** Time in which it only waited for services. */
  readonly idleMs: number;
}

/** A function in a process of its own. */
export interface BenchFunction {
  /** @throws {Error} if a record fails. */
  invoke(Records: readonly SQSRecord[]): Promise<Invocation>;
  stop(): Promise<void>;
}

/**
 * The parts of a function's memory that V8 gets in Lambda: for old objects, and for each half of
 * the young ones.
 */
const OLD_SHARE = 0.9;
const YOUNG_SHARE = 0.05;

/**
 * Starts the function of a shipped webhook or worker, as it is deployed.
 *
 * @param nowMs Where its clock stands, epoch milliseconds; the time if it is left out.
 */
export async function startShipped(
  definition: QueuedFunction,
  endpoint: string,
  nowMs?: number,
): Promise<BenchFunction> {
  const { memoryMiB } = definition.function;
  const of = WORKER_BENCHES.find(({ workers }) => workers.includes(definition.name));
  const bundle = join(bundleDir(codeOf(definition)), "index.mjs");
  const { child } = await startChild("bundle-runner", {
    args: [bundle, ...(nowMs === undefined ? [] : [String(nowMs)])],
    env: {
      ...shippedVariables(definition, endpoint),
      ...of?.variables,
      AWS_REGION: LOCAL_REGION,
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
      AWS_LAMBDA_FUNCTION_NAME: "bench",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMiB),
    },
    flags: [
      `--max-old-space-size=${Math.round(memoryMiB * OLD_SHARE)}`,
      `--max-semi-space-size=${Math.round(memoryMiB * YOUNG_SHARE)}`,
    ],
  });
  return {
    invoke: async (Records) => {
      const { failed, ...invocation } = (await child.ask({ Records })) as Invocation & {
        failed: number;
      };
      gate(failed === 0, `${definition.name} handles every record of a batch`);
      return invocation;
    },
    stop: child.stop,
  };
}

/** Returns the variables of a shipped function whose services are at an endpoint. */
export function shippedVariables(
  definition: FunctionDefinition,
  endpoint: string,
): Record<string, string> {
  const queueUrlOf = (name: string) =>
    `${endpoint}/000000000000/${deployedName(BENCH_STAGE, name)}`;
  const { name } = definition;
  return functionEnvironment(definition, {
    stage: BENCH_STAGE,
    queueUrlOf,
    archiveBucket: "archive",
    topicArnOf: (event) => event,
    queues: {
      deadLetterQueueUrl: queueUrlOf(deadLetterQueueName(name)),
      queueUrl: queueUrlOf(name),
    },
    resourceName: (resource) => deployedName(BENCH_STAGE, resource),
  });
}
