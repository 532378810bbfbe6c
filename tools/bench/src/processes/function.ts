import { join } from "node:path";
import { bundleDir } from "@rainhooks/app-list/bundles";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "@rainhooks/core/emulator";
import { gate } from "@rainhooks/testing/gate";
import { codeOf, type FunctionDefinition, type Webhook } from "@rainhooks/webhook/define-function";
import { functionEnvironment } from "@rainhooks/webhook/environment";
import { deadLetterQueueName, deployedName } from "@rainhooks/webhook/names";
import type { SQSRecord } from "aws-lambda";
import { startChild } from "./child.ts";
import { BENCH_STAGE } from "./services.ts";

/** A function in a process of its own. */
export interface BenchFunction {
  /** @throws {Error} if a record fails. */
  invoke(Records: readonly SQSRecord[]): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the function of a shipped webhook, as it is deployed.
 *
 * @param nowMs Where its clock stands, epoch milliseconds.
 */
export async function startShipped(
  definition: Webhook,
  endpoint: string,
  nowMs: number,
): Promise<BenchFunction> {
  const bundle = join(bundleDir(codeOf(definition)), "index.mjs");
  const { child } = await startChild("bundle-runner", [bundle, String(nowMs)], {
    ...shippedVariables(definition, endpoint),
    AWS_REGION: LOCAL_REGION,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
    AWS_LAMBDA_FUNCTION_NAME: "bench",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.function.memoryMiB),
  });
  return {
    invoke: async (Records) => {
      const failed = await child.ask({ Records });
      gate(failed === 0, `${definition.name} handles every record of a batch`);
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
