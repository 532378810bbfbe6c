import { nodeStatusTable } from "@rainhooks/node-status/table";
import { defineWebhook, defineWorker } from "@rainhooks/webhook/define";
import { CONTENTS } from "../contents.ts";
import type { StageContents } from "../stack.ts";

/** A worker with a table of its own, a table of another, a setting and a secret. */
export const calls = defineWorker({
  name: "calls",
  description: "Calls one system after the other.",
  function: { timeoutS: 60 },
  batch: { size: 10, windowS: 0 },
  queue: { maxReceives: 100 },
  resources: {
    nodes: { kind: "table", env: "NODES_TABLE", table: nodeStatusTable, actions: ["dynamodb:GetItem"] },
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
    calls: { kind: "queue", env: "CALLS_QUEUE_URL", queue: calls.name, actions: ["sqs:SendMessage"] },
  },
});

/** The functions of this deployment, with a worker and a webhook that sends to it. */
export const WITH_WORKER: StageContents = {
  ...CONTENTS,
  webhooks: [...CONTENTS.webhooks, alerts],
  workers: [calls],
  // Any bundle will do: it is not run.
  bundleZip: (name) => CONTENTS.bundleZip([alerts.name, calls.name].includes(name) ? "hello" : name),
};
