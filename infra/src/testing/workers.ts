import { nodeStatusTable } from "@rainhooks/node-status/node-status-tables";
import { type ResourceJson, resources, type StackJson } from "@rainhooks/stack/stack-json";
import { defineWebhook } from "@rainhooks/webhook/define";
import { defineFunction } from "@rainhooks/webhook/define-function";
import type { StageConfig } from "../config.ts";
import { SHIPPED_CONTENTS } from "../contents.ts";
import type { StageContents } from "../stack.ts";
import { synthesize } from "../synthesize.ts";
import { dev } from "./stages.ts";

/** A worker with a table of its own, a table of another, a setting and a secret. */
export const calls = defineFunction({
  trigger: "queue",
  name: "calls",
  description: "Calls one system after the other.",
  function: { timeoutS: 60 },
  batch: { size: 10, windowS: 0 },
  queue: { maxReceives: 100 },
  resources: {
    nodes: {
      kind: "table",
      env: "NODES_TABLE",
      table: nodeStatusTable,
      actions: ["dynamodb:GetItem"],
    },
    log: {
      kind: "table",
      env: "CALL_LOG_TABLE",
      table: { name: "call-log", partitionKey: { name: "call", type: "S" } },
      actions: ["dynamodb:PutItem"],
    },
  },
  settings: { pauseS: { min: 1, max: 60, default: 5 }, token: { kind: "secret" } },
});

/** A webhook that sends to the queue of the worker. */
export const alerts = defineWebhook({
  name: "alerts",
  description: "Sends a message for each system to call.",
  events: ["rmaker.event.alert"],
  resources: {
    calls: {
      kind: "queue",
      env: "CALLS_QUEUE_URL",
      queue: calls.name,
      actions: ["sqs:SendMessage"],
    },
  },
});

/** The functions of this deployment, with a worker and a webhook that sends to it. */
export const WITH_WORKER: StageContents = {
  ...SHIPPED_CONTENTS,
  functions: [...SHIPPED_CONTENTS.functions, alerts, calls],
  // Any bundle will do: it is not run.
  bundleZip: (name) =>
    SHIPPED_CONTENTS.bundleZip([alerts.name, calls.name].includes(name) ? "hello" : name),
};

/** Synthesizes the stage for experiments with the worker and a change. */
export function synthesizeWith(change: Partial<StageConfig>, contents = WITH_WORKER): StackJson {
  return synthesize({ ...dev, ...change }, contents).stack;
}

/** Every change that a stage can make to the worker, but leaving it out. */
export const CHANGES = {
  memoryMiB: 256,
  timeoutS: 120,
  maxConcurrency: 50,
  reservedConcurrency: 60,
  batchSize: 5,
  windowS: 1,
  settings: { pauseS: 7, token: { ssm: "/acme/token" } },
  alarms: { maxDeadLetters: 3, maxAgeS: 7200, maxFailures: 1 },
} as const;

/**
 * Returns the resource of a type whose id begins with a function's name and a part.
 *
 * @throws {Error} if the stack has none.
 */
export function ownResource(
  from: StackJson,
  type: string,
  id: string,
): [id: string, attributes: ResourceJson] {
  const found = resources(from, type).find(([one]) => one.startsWith(id));
  if (found === undefined) throw new Error(`The stack has no ${type} ${id}.`);
  return found;
}
