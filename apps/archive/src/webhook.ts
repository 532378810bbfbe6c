import { archiveHoursWrites } from "@rainhooks/archive/hours/hours-table";
import { EVENT_TYPES } from "@rainhooks/core/catalog";
import { defineWebhook } from "@rainhooks/webhook/define";

/** Archives every delivery, raw body and all, so that everything else can be rebuilt from it. */
export const archive = defineWebhook({
  name: "archive",
  part: "archive",
  description: "Every delivery to S3 through Firehose.",
  events: EVENT_TYPES,
  filtered: false,
  tried: true,
  resources: {
    stream: {
      kind: "stream",
      env: "ARCHIVE_STREAM",
      stream: {
        name: "archive",
        bucket: "archive",
        prefix: "deliveries/!{timestamp:yyyy/MM/dd/HH}/",
        errorPrefix: "errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/",
        bufferS: 300,
        bufferMiB: 64,
      },
      actions: ["firehose:PutRecordBatch"],
    },
    hours: archiveHoursWrites,
  },
  batch: { size: 1000, windowS: 20 },
  // Measured (docs/benchmarks.md, "Memory").
  load: { batchMs: 12, recordMs: 0.024, streamBytes: 700 },
});
