export { batchPutSink } from "./dynamodb/batch-put-sink.ts";
export { type Fold, foldSink } from "./dynamodb/fold-sink.ts";
export type { Attributes, TableTarget } from "./dynamodb/key.ts";
export { type FirehoseSinkOptions, firehoseSink } from "./firehose/firehose-sink.ts";
export { logSink } from "./log-sink.ts";
export { type S3SinkOptions, s3Sink } from "./s3-sink.ts";
export { failAll, type Item, type ItemFailure, oneEach, type Sink } from "./sink.ts";
