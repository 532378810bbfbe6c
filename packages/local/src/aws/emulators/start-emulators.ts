import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { localClients } from "@rainhooks/stage/clients";
import { EVENT_FEED_PATH } from "@rainhooks/stage/event-feed";
import {
  OLDEST_MESSAGES_PATH,
  PUBLISHED_COUNTS_PATH,
  WRITE_BUFFERED_PATH,
} from "@rainhooks/stage/local-endpoint";
import { makeFolder } from "../folder.ts";
import { closeAtOnce, type Listener, listen, localServer } from "../local-server.ts";
import { stopAll } from "../stop-all.ts";
import { EventFeed } from "./event-feed.ts";
import { type QueuesAndObjects, startQueuesAndObjects } from "./fauxqs.ts";
import { startFirehose } from "./firehose/firehose.ts";
import { PublishCounter } from "./published-counts.ts";
import { startTables } from "./tables.ts";

/** The embedded AWS services, behind one endpoint. */
export interface Emulators {
  readonly endpoint: string;
  /** Returns the folder with the objects of a bucket, if they are stored on this machine. */
  readonly bucketDir?: (bucket: string) => string;
  /**
   * Ends the receives of SQS that wait for messages, if these services can: they return what there
   * is. Without it, each waits for a second only.
   */
  readonly endReceives?: (() => void) | undefined;
  /** Returns the trace header with which a message was sent, if these services know it. */
  readonly traceHeaderOf?: QueuesAndObjects["traceHeaderOf"] | undefined;
  /** Writes the records that Firehose has buffered. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** A service, and the maximum bytes of its requests. */
interface EmulatedService {
  readonly serve: Listener;
  readonly maxBodyBytes: number;
}

/** The service of a request is in its signature's credential scope. */
const CREDENTIAL_SCOPE = /Credential=[^/]{1,128}\/\d{8}\/[^/]{1,64}\/([^/]{1,64})\/aws4_request/;

/** Options of the services. */
export interface EmulatorOptions {
  readonly dataDir: string;
  /** Port of the endpoint; 0 selects a free port. */
  readonly port: number;
  readonly onError: (error: unknown) => void;
}

/**
 * Maximum request sizes: 16 MB for DynamoDB, 4 MiB before base64 for Firehose, and an archive
 * object for the others.
 */
const MAX_TABLES_BYTES = 17 * 1024 * 1024;
const MAX_FIREHOSE_BYTES = 8 * 1024 * 1024;
const MAX_OTHER_BYTES = 64 * 1024 * 1024;

/**
 * Starts SNS, SQS and S3 (fauxqs), DynamoDB (dynalite) and Firehose (our own) on this machine, on
 * loopback only.
 *
 * @throws {RainhooksError} `stage-failed` when the port is taken or the data cannot be used.
 */
export async function startEmulators(options: EmulatorOptions): Promise<Emulators> {
  const { dataDir, port, onError } = options;
  const folder = (name: string) => join(dataDir, name);
  const feed = new EventFeed();
  for (const name of ["queues", "objects", "tables", "firehose"])
    await inFolder(dataDir, makeFolder(folder(name)));
  const published = new PublishCounter(folder("queues"), onError);
  const queues = await inFolder(
    dataDir,
    startQueuesAndObjects({ queues: folder("queues"), objects: folder("objects") }, (delivery) => {
      feed.add(delivery);
      published.add(delivery);
    }),
  );
  const tables = startTables(folder("tables"), onError);
  const stopStores = () => stopAll([queues.stop, tables.stop]);
  let endpoint = "";
  const firehose = await startFirehose({
    dataDir: folder("firehose"),
    nowMs: Date.now,
    onError,
    putObject: async (Bucket, Key, Body) => {
      await localClients(endpoint).s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    },
  });
  /** What commands ask for: no bucket can have such a name. */
  const paths = new Map<string, Listener>([
    [EVENT_FEED_PATH, (request, response) => feed.serve(request, response)],
    [PUBLISHED_COUNTS_PATH, servingJson(() => published.current())],
    [OLDEST_MESSAGES_PATH, servingJson(queues.oldestMessages)],
    [WRITE_BUFFERED_PATH, servingWrites(firehose.flush)],
  ]);
  const otherwise: EmulatedService = {
    serve: (request, response) => {
      const [path = ""] = (request.url ?? "").split("?");
      return (paths.get(path) ?? queues.serve)(request, response);
    },
    maxBodyBytes: MAX_OTHER_BYTES,
  };
  const services = new Map<string, EmulatedService>([
    ["dynamodb", { serve: tables.serve, maxBodyBytes: MAX_TABLES_BYTES }],
    ["firehose", { serve: firehose.serve, maxBodyBytes: MAX_FIREHOSE_BYTES }],
  ]);
  const serviceOf = ({ headers }: IncomingMessage) =>
    services.get(CREDENTIAL_SCOPE.exec(headers.authorization ?? "")?.[1] ?? "") ?? otherwise;
  const gateway = localServer((request, response) => serviceOf(request).serve(request, response), {
    maxBodyBytes: (request) => serviceOf(request).maxBodyBytes,
    onProblem: (text) => onError(new Error(text)),
  });
  try {
    endpoint = `http://${await listen(gateway, port, "--port")}`;
  } catch (error) {
    await stopStores();
    throw error;
  }
  return {
    endpoint,
    endReceives: queues.endReceives,
    traceHeaderOf: queues.traceHeaderOf,
    bucketDir: (bucket) => join(folder("objects"), "buckets", bucket, "objects"),
    flush: firehose.flush,
    stop: () => stopAll([() => firehose.close(), () => closeAtOnce(gateway), stopStores]),
  };
}

function servingJson(content: () => object): Listener {
  return ({ method }, response) => {
    response.writeHead(method === "GET" ? 200 : 400, { "content-type": "application/json" });
    response.end(JSON.stringify(content()));
  };
}

function servingWrites(write: () => Promise<void>): Listener {
  return async ({ method }, response) => {
    const written = () =>
      write().then(
        () => 204,
        () => 500,
      );
    response.writeHead(method === "POST" ? await written() : 405).end();
  };
}

async function inFolder<T>(dataDir: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const message = `The data folder ${dataDir} cannot be used: ${messageOf(error)}. Choose another one with --data, or delete its data with --fresh.`;
    throw new RainhooksError("stage-failed", message, { cause: error });
  }
}
