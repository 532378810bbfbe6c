import { join } from "node:path";
import { isJsonObject, type JsonObject, type JsonValue } from "@rainhooks/core/json";
import { makeFolder } from "../../folder.ts";
import { AwsError, text } from "../aws-json.ts";
import { openJournal } from "./journal.ts";
import { evaluatePrefix } from "./prefix.ts";
import { type PutObject, Stream, type StreamDestination } from "./stream.ts";

/*
 * The calls of Firehose that Rainhooks uses. Limits and errors are those of the service.
 * Source: Amazon Data Firehose API reference and developer guide, "Quota".
 */
const MAX_RECORDS = 500;
const MAX_CALL_BYTES = 4 * 1024 * 1024;
const MAX_RECORD_BYTES = 1000 * 1024;
const NAME = /^[a-zA-Z0-9_.-]{1,64}$/;

/** Dependencies of Firehose. */
export interface FirehoseDependencies {
  /** Folder for records that are not written yet. */
  readonly dataDir: string;
  readonly putObject: PutObject;
  readonly nowMs: () => number;
  readonly onError: (error: unknown) => void;
  /**
   * Makes single records fail, as the service does when it throttles: returns an error code to reject a
   * record.
   */
  readonly refuse?: () => string | undefined;
}

/** The service: one method call per request. */
export interface Firehose {
  call(action: string, input: JsonObject): Promise<JsonObject>;
  /** Writes every buffer. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Starts Firehose. Streams are created by calls; their records are stored in `dataDir`. */
export async function startFirehose(dependencies: FirehoseDependencies): Promise<Firehose> {
  await makeFolder(dependencies.dataDir);
  const streams = new Map<string, Stream>();
  const actions = new Map<string, (input: JsonObject) => Promise<JsonObject>>(
    Object.entries<(input: JsonObject) => Promise<JsonObject>>({
      CreateDeliveryStream: (input) => createStream(input, streams, dependencies),
      PutRecord: async (input) => {
        const refusal = dependencies.refuse?.();
        if (refusal !== undefined) throw new AwsError(refusal, "Slow down.", 503);
        const stream = find(input, streams);
        await stream.put([recordData(input["Record"])]);
        return { RecordId: recordId(), Encrypted: false };
      },
      PutRecordBatch: (input) => putRecordBatch(input, find(input, streams), dependencies),
    }),
  );
  return {
    call: (action, input) => {
      const run = actions.get(action);
      if (run === undefined)
        throw new AwsError("UnknownOperationException", `${action} is not supported on the local stage.`);
      return run(input);
    },
    flush: async () => {
      await Promise.all([...streams.values()].map((stream) => stream.flush()));
    },
    close: async () => {
      await Promise.all([...streams.values()].map((stream) => stream.close()));
    },
  };
}

async function createStream(
  input: JsonObject,
  streams: Map<string, Stream>,
  dependencies: FirehoseDependencies,
): Promise<JsonObject> {
  const name = text(input, "DeliveryStreamName");
  if (!NAME.test(name)) throw new AwsError("InvalidArgumentException", `Not a stream name: ${name}`);
  if (streams.has(name)) throw new AwsError("ResourceInUseException", `Stream ${name} already exists.`);
  const destination = destinationOf(input);
  const { journal, records } = await openJournal(join(dependencies.dataDir, `${name}.journal`));
  streams.set(name, new Stream({ ...dependencies, name, destination, journal }, records));
  return { DeliveryStreamARN: arn(name) };
}

function destinationOf(input: JsonObject): StreamDestination {
  const s3 = input["ExtendedS3DestinationConfiguration"];
  if (!isJsonObject(s3)) {
    throw new AwsError("InvalidArgumentException", "Only an extended S3 destination is supported.");
  }
  const hints = isJsonObject(s3["BufferingHints"]) ? s3["BufferingHints"] : {};
  const destination = {
    bucket: text(s3, "BucketARN").replace(/^arn:[^:]*:s3:::/, ""),
    prefix: typeof s3["Prefix"] === "string" ? s3["Prefix"] : "",
    bufferS: within(hints["IntervalInSeconds"] ?? 300, 0, 900, "IntervalInSeconds"),
    bufferMiB: within(hints["SizeInMBs"] ?? 5, 1, 128, "SizeInMBs"),
    gzip: s3["CompressionFormat"] === "GZIP",
  };
  try {
    evaluatePrefix(destination.prefix, 0);
  } catch (error) {
    throw new AwsError("InvalidArgumentException", String(error));
  }
  return destination;
}

function within(value: JsonValue, min: number, max: number, name: string): number {
  if (typeof value === "number" && value >= min && value <= max) return value;
  throw new AwsError("InvalidArgumentException", `${name} must be ${min} to ${max}.`);
}

async function putRecordBatch(
  input: JsonObject,
  stream: Stream,
  dependencies: FirehoseDependencies,
): Promise<JsonObject> {
  const raw = input["Records"];
  if (!Array.isArray(raw) || raw.length === 0 || raw.length > MAX_RECORDS) {
    throw new AwsError("InvalidArgumentException", `A call must have 1 to ${MAX_RECORDS} records.`);
  }
  const records = raw.map(recordData);
  const bytes = records.reduce((sum, record) => sum + record.length, 0);
  if (bytes > MAX_CALL_BYTES) {
    throw new AwsError("InvalidArgumentException", `The call has ${bytes} bytes; the maximum is 4 MiB.`);
  }
  const refusals = await putAccepted(records, stream, dependencies);
  return {
    Encrypted: false,
    FailedPutCount: refusals.filter((code) => code !== undefined).length,
    RequestResponses: refusals.map(
      (code): JsonObject =>
        code === undefined ? { RecordId: recordId() } : { ErrorCode: code, ErrorMessage: "Slow down." },
    ),
  };
}

/** Puts the records that are not refused into a stream; returns the error code of each, or `undefined`. */
async function putAccepted(
  records: readonly Buffer[],
  stream: Stream,
  { refuse }: FirehoseDependencies,
): Promise<(string | undefined)[]> {
  const refusals = records.map(() => refuse?.());
  const accepted = records.filter((_, index) => refusals[index] === undefined);
  if (accepted.length > 0) await stream.put(accepted);
  return refusals;
}

function recordData(record: JsonValue | undefined): Buffer {
  const data = isJsonObject(record) ? record["Data"] : undefined;
  if (typeof data !== "string") throw new AwsError("InvalidArgumentException", "The record has no Data.");
  const bytes = Buffer.from(data, "base64");
  if (bytes.length > MAX_RECORD_BYTES) {
    throw new AwsError(
      "InvalidArgumentException",
      `The record has ${bytes.length} bytes; the maximum is 1,000 KiB.`,
    );
  }
  return bytes;
}

function find(input: JsonObject, streams: ReadonlyMap<string, Stream>): Stream {
  const name = text(input, "DeliveryStreamName");
  const stream = streams.get(name);
  if (stream === undefined) throw new AwsError("ResourceNotFoundException", `There is no stream ${name}.`);
  return stream;
}

let records = 0;

function recordId(): string {
  records += 1;
  return `local-${records.toString().padStart(20, "0")}`;
}

function arn(name: string): string {
  return `arn:aws:firehose:us-east-1:000000000000:deliverystream/${name}`;
}
