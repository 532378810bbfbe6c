/** Where handlers send events, without a second package. */
export { DynamoDBClient } from "@aws-sdk/client-dynamodb";
export { RainhooksError } from "@rainhooks/core";
export type { TableDescription } from "@rainhooks/dynamodb";
export {
  batchPutSink,
  eventBody,
  type FirehoseSinkOptions,
  failAll,
  firehoseSink,
  type HttpAttempt,
  type HttpSinkOptions,
  httpSink,
  type Item,
  type ItemContext,
  type ItemFailure,
  logSink,
  oneEach,
  type PerItemOptions,
  perBatch,
  perItem,
  type Sink,
  type WriteContext,
} from "@rainhooks/sinks";
