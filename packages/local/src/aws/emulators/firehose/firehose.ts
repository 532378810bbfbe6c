import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { text as readText } from "node:stream/consumers";
import { messageOf } from "@rainhooks/core/errors";
import { isJsonObject, type JsonObject, type JsonValue, tryParseJson } from "@rainhooks/core/json";
import { makeFolder } from "../../folder.ts";
import type { Listener } from "../../local-server.ts";
import { openJournal } from "./journal.ts";
import {
  evaluatePrefix,
  Stream,
  type StreamDependencies,
  type StreamDestination,
} from "./stream.ts";

/*
 * The calls of Firehose that Rainhooks uses. Limits and errors are those of the service.
 * Source: Amazon Data Firehose API reference and developer guide, "Quota".
 */
const MAX_RECORDS = 500;
const MAX_CALL_BYTES = 4 * 1024 * 1024;
const MAX_RECORD_BYTES = 1000 * 1024;
const NAME = /^[a-zA-Z0-9_.-]{1,64}$/;

/** Dependencies of Firehose. */
interface FirehoseDependencies extends Pick<StreamDependencies, "putObject" | "nowMs" | "onError"> {
  /** Folder for records that are not written yet. */
  readonly dataDir: string;
}

/** The service. */
interface Firehose {
  readonly serve: Listener;
  /** Writes every buffer. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** An error in AWS's JSON protocol. */
class AwsError extends Error {
  override readonly name = "AwsError";
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

/** Starts Firehose. Streams are created by calls; their records are stored in `dataDir`. */
export async function startFirehose(dependencies: FirehoseDependencies): Promise<Firehose> {
  await makeFolder(dependencies.dataDir);
  const streams = new Map<string, Stream>();
  const each = async (work: (stream: Stream) => Promise<void>) =>
    void (await Promise.all([...streams.values()].map(work)));
  return {
    serve: async (request, response) => {
      const [status, output] = await call(request, streams, dependencies).then(
        (result) => [200, result] as const,
        failure,
      );
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify(output));
    },
    flush: () => each((stream) => stream.flush()),
    close: () => each((stream) => stream.close()),
  };
}

function failure(error: unknown) {
  const known =
    error instanceof AwsError ? error : new AwsError("InternalFailure", messageOf(error), 500);
  return [known.status, { __type: known.type, message: known.message }] as const;
}

/** Runs one call in AWS JSON 1.1: the action is in a header, input and output are JSON. */
async function call(
  request: IncomingMessage,
  streams: Map<string, Stream>,
  dependencies: FirehoseDependencies,
): Promise<JsonObject> {
  const action = String(request.headers["x-amz-target"] ?? "").replace(/^.*\./, "");
  const input = tryParseJson((await readText(request)) || "{}");
  if (!isJsonObject(input))
    throw new AwsError("SerializationException", "The request is not a JSON object.");
  if (action === "CreateDeliveryStream") return createStream(input, streams, dependencies);
  if (action === "PutRecord") {
    await find(input, streams).put([recordData(input["Record"])]);
    return { RecordId: randomUUID(), Encrypted: false };
  }
  if (action === "PutRecordBatch") return putRecordBatch(input, find(input, streams));
  throw new AwsError("UnknownOperationException", `${action} is not supported on the local stage.`);
}

async function createStream(
  input: JsonObject,
  streams: Map<string, Stream>,
  dependencies: FirehoseDependencies,
): Promise<JsonObject> {
  const name = text(input, "DeliveryStreamName");
  if (!NAME.test(name))
    throw new AwsError("InvalidArgumentException", `Not a stream name: ${name}`);
  if (streams.has(name))
    throw new AwsError("ResourceInUseException", `Stream ${name} already exists.`);
  const destination = destinationOf(input);
  const { journal, records } = await openJournal(join(dependencies.dataDir, `${name}.journal`));
  streams.set(name, new Stream({ ...dependencies, name, destination, journal }, records));
  return { DeliveryStreamARN: `arn:aws:firehose:us-east-1:000000000000:deliverystream/${name}` };
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

async function putRecordBatch(input: JsonObject, stream: Stream): Promise<JsonObject> {
  const raw = input["Records"];
  if (!Array.isArray(raw) || raw.length === 0 || raw.length > MAX_RECORDS) {
    throw new AwsError("InvalidArgumentException", `A call must have 1 to ${MAX_RECORDS} records.`);
  }
  const records = raw.map(recordData);
  const bytes = records.reduce((sum, record) => sum + record.length, 0);
  if (bytes > MAX_CALL_BYTES) {
    throw new AwsError(
      "InvalidArgumentException",
      `The call has ${bytes} bytes; the maximum is 4 MiB.`,
    );
  }
  await stream.put(records);
  const RequestResponses = records.map(() => ({ RecordId: randomUUID() }));
  return { Encrypted: false, FailedPutCount: 0, RequestResponses };
}

function recordData(record: JsonValue | undefined): Buffer {
  const data = isJsonObject(record) ? record["Data"] : undefined;
  if (typeof data !== "string")
    throw new AwsError("InvalidArgumentException", "The record has no Data.");
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
  if (stream === undefined)
    throw new AwsError("ResourceNotFoundException", `There is no stream ${name}.`);
  return stream;
}

/**
 * Reads a required string of a request.
 *
 * @throws {AwsError} `ValidationException` when it is missing.
 */
function text(input: JsonObject, name: string): string {
  const value = input[name];
  if (typeof value === "string" && value !== "") return value;
  throw new AwsError("ValidationException", `${name} is missing.`);
}
