import { EVENT_TYPES } from "@rainhooks/core/catalog";
import { tableUse } from "@rainhooks/dynamodb/table-use";
import { nodeStatusTable } from "@rainhooks/node-status/node-status-tables";
import { defineWebhook } from "@rainhooks/webhook/define";
import { LIVE_TABLE_READS } from "../../../live-tables.ts";
import {
  attemptsTable,
  copiesTable,
  destinationsTable,
  outboxTable,
} from "../../forwarding-tables.ts";
import { missedUpdates } from "../../pauses/pause.ts";
import { archivedUse } from "../../table-use.ts";

/** Sends each event on to the destinations that want it. Without a destination, it does nothing. */
export const forward = defineWebhook({
  name: "forward",
  part: "forwarding",
  description:
    "Sends events on to the systems of others: a message for each destination that wants one.",
  events: EVENT_TYPES,
  resources: {
    destinations: tableUse(destinationsTable, ["dynamodb:Scan", "dynamodb:UpdateItem"], {
      updates: missedUpdates,
    }),
    copies: tableUse(copiesTable, ["dynamodb:UpdateItem"]),
    attemptLog: tableUse(attemptsTable, ["dynamodb:Query"], { indexes: [] }),
    outbox: tableUse(outboxTable, ["dynamodb:BatchWriteItem"]),
    ...LIVE_TABLE_READS,
    nodeStatus: tableUse(nodeStatusTable, ["dynamodb:Query"], { indexes: [] }),
    ...archivedUse,
    attempts: {
      kind: "queue",
      env: "ATTEMPTS_QUEUE_URL",
      queue: "attempts",
      actions: ["sqs:SendMessage"],
    },
    retries: {
      kind: "queue",
      env: "RETRIES_QUEUE_URL",
      queue: "retries",
      actions: ["sqs:SendMessage"],
      replayed: true,
    },
  },
  // They cost money, also while no destination wants them.
  inProduction: { leaveOut: ["rmaker.event.node_params_changed", "rmaker.event.node_ts_data"] },
  // A replay is for one destination, which gets only what the log of attempts does not show as
  // delivered.
  replay: "accept-addressed",
  // An alert should not wait for others; without a destination, batches are small and cost little.
  batch: { size: 100, windowS: 1 },
  // Measured with one destination (docs/benchmarks.md, "Memory"): 32 ms for 100 events. Without
  // one, it takes less, and writes nothing.
  load: { batchMs: 10, recordMs: 0.3 },
});
