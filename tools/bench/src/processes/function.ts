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
  readonly ms: number;
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

/** A function, and where its services are. */
interface FunctionOptions {
  /** Path of its bundle's file. */
  readonly bundle: string;
  readonly endpoint: string;
  readonly memoryMiB: number;
  readonly variables: Readonly<Record<string, string>>;
  /** Where its clock stands, epoch milliseconds. @defaultValue the time */
  readonly nowMs?: number;
}

/**
 * The parts of a function's memory that V8 gets in Lambda: for old objects, and for each half of
 * the young ones.
 */
const OLD_SHARE = 0.9;
const YOUNG_SHARE = 0.05;

/** Starts a function. */
export async function startFunction(options: FunctionOptions): Promise<BenchFunction> {
  const { bundle, endpoint, memoryMiB, variables, nowMs } = options;
  const { child } = await startChild("bundle-runner", {
    args: [bundle, ...(nowMs === undefined ? [] : [String(nowMs)])],
    env: {
      ...variables,
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
      gate(failed === 0, `${bundle} handles every record of a batch`);
      return invocation;
    },
    stop: child.stop,
  };
}

/** Starts the function of a shipped webhook or worker, as it is deployed. */
export function startShipped(
  definition: QueuedFunction,
  endpoint: string,
  options: Pick<FunctionOptions, "nowMs"> = {},
): Promise<BenchFunction> {
  const of = WORKER_BENCHES.find(({ workers }) => workers.includes(definition.name));
  return startFunction({
    bundle: join(bundleDir(codeOf(definition)), "index.mjs"),
    endpoint,
    memoryMiB: definition.function.memoryMiB,
    ...options,
    variables: { ...shippedVariables(definition, endpoint), ...of?.variables },
  });
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
