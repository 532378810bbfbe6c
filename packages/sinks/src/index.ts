export { batchPutSink } from "./dynamodb/batch-put-sink.ts";
export { type Fold, foldSink } from "./dynamodb/fold-sink.ts";
export { type FirehoseSinkOptions, firehoseSink } from "./firehose/firehose-sink.ts";
export { logSink } from "./log-sink.ts";
export { failAll, type Item, type ItemFailure, oneEach, type Sink, type WriteContext } from "./sink.ts";
