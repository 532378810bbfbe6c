/** Where handlers send events, without a second package. */
export { DynamoDBClient } from "@aws-sdk/client-dynamodb";
export { RainhooksError } from "@rainhooks/core/errors";
export type { TableDescription } from "@rainhooks/dynamodb/table-description";
export { batchPutSink } from "@rainhooks/sinks/dynamodb/batch-put-sink";
export { type FirehoseSinkOptions, firehoseSink } from "@rainhooks/sinks/firehose/firehose-sink";
export { eventBody } from "@rainhooks/sinks/http/event-body";
export { type HttpAttempt, type HttpSinkOptions, httpSink } from "@rainhooks/sinks/http/http-sink";
export { logSink } from "@rainhooks/sinks/log-sink";
export { perBatch } from "@rainhooks/sinks/per-batch";
export { type ItemContext, type PerItemOptions, perItem } from "@rainhooks/sinks/per-item";
export {
  failAll,
  type Item,
  type ItemFailure,
  oneEach,
  type Sink,
  type WriteContext,
} from "@rainhooks/sinks/sink";
