import { tableUse } from "@rainhooks/dynamodb/table-use";
import { auditsTable } from "@rainhooks/stage/tables/stage-tables";
import { defineFunction } from "@rainhooks/webhook/define-function";
import { attemptsTable, outboxTable } from "../../forwarding-tables.ts";
import { archivedUse, destinationUse } from "../../table-use.ts";
import { attemptLoad, attemptWorkerSettings, DESTINATION_SECRETS } from "../../worker/define.ts";

const SHAPE = {
  part: "forwarding",
  resources: {
    ...destinationUse,
    attempts: tableUse(
      attemptsTable,
      ["dynamodb:BatchWriteItem", "dynamodb:Query", "dynamodb:UpdateItem"],
      {
        indexes: [],
      },
    ),
    audits: tableUse(auditsTable, ["dynamodb:PutItem"]),
    secrets: {
      kind: "parameters",
      env: "DESTINATION_SECRETS",
      parameters: DESTINATION_SECRETS,
      actions: ["ssm:GetParameter"],
    },
    targets: { kind: "targets", env: "FORWARD_TARGETS" },
    ...archivedUse,
    retries: {
      kind: "queue",
      env: "RETRIES_QUEUE_URL",
      queue: "retries",
      actions: ["sqs:SendMessage"],
    },
  },
  settings: attemptWorkerSettings,
  load: attemptLoad,
  // It mostly waits for receivers, so memory would be paid for nothing.
  function: { memoryMiB: 512, timeoutS: 60 },
  batch: { size: 50, windowS: 1, maxConcurrency: 20 },
} as const;

/** Makes the first attempt for each event and destination. */
export const attempts = defineFunction({
  trigger: "queue",
  ...SHAPE,
  name: "attempts",
  description: "Sends events to destinations: the first attempt of each.",
});

/**
 * Makes the attempts that had to wait: after a failed one, for a turn within a rate limit, or
 * because a destination is slow. It also divides the outbox into batches.
 */
export const retries = defineFunction({
  trigger: "queue",
  ...SHAPE,
  name: "retries",
  description: "Sends events to destinations again, after a failed attempt or a wait.",
  sameAs: "attempts",
  resources: {
    ...SHAPE.resources,
    outbox: tableUse(outboxTable, [
      "dynamodb:BatchGetItem",
      "dynamodb:BatchWriteItem",
      "dynamodb:DeleteItem",
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:Query",
      "dynamodb:UpdateItem",
    ]),
  },
  // It sends to its own queue what waits. The longest schedule takes ten days.
  maxAgeS: 14 * 86_400,
  // Events of a slow destination come again without having been attempted; that must be soon, and
  // may be often.
  queue: { retryFirstWaitS: 5, retryMaxWaitS: 60, maxReceives: 1000, maxDelayS: 900 },
});
