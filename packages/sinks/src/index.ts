export { batchPutSink } from "./dynamodb/batch-put-sink.ts";
export { type Fold, foldSink } from "./dynamodb/fold-sink.ts";
export { type FirehoseSinkOptions, firehoseSink } from "./firehose/firehose-sink.ts";
export { eventBody } from "./http/event-body.ts";
export { type HttpAttempt, type HttpSinkOptions, httpSink } from "./http/http-sink.ts";
export { logSink } from "./log-sink.ts";
export { perBatch } from "./per-batch.ts";
export { type ItemContext, type PerItemOptions, perItem } from "./per-item.ts";
export { failAll, type Item, type ItemFailure, oneEach, type Sink, type WriteContext } from "./sink.ts";
