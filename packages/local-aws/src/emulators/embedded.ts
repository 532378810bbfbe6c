import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { messageOf, RainhooksError } from "@rainhooks/core";
import { tablesServer } from "@rainhooks/embedded-dynamodb";
import { localClients } from "@rainhooks/stage";
import { makeFolder } from "../folder.ts";
import { listen } from "../listen.ts";
import { stopInTurn } from "../stop-in-turn.ts";
import { serveAwsJson } from "./aws-json.ts";
import { contained } from "./contained.ts";
import { startQueuesAndObjects } from "./fauxqs.ts";
import { startFirehose } from "./firehose/firehose.ts";
import { createGateway, type Service } from "./gateway.ts";

/** Embedded AWS services behind one endpoint. */
export interface Emulators {
  readonly endpoint: string;
  /** Folder in which the objects of a bucket lie, if they lie on this machine. */
  readonly bucketDir?: (bucket: string) => string;
  /** Writes out what Firehose has buffered. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** Where the services keep their data, and how to reach them. */
export interface EmulatorOptions {
  readonly dataDir: string;
  /** Port of the endpoint; 0 takes a free one. */
  readonly port: number;
  readonly nowMs: () => number;
  readonly onError: (error: unknown) => void;
  /** Makes Firehose refuse single records: answers an error code or nothing. */
  readonly refuseRecord?: () => string | undefined;
}

/** A request to DynamoDB has 16 MB at most, one to Firehose 4 MiB before base64. Others: an object of the archive. */
const MAX_TABLES_BYTES = 17 * 1024 * 1024;
const MAX_FIREHOSE_BYTES = 8 * 1024 * 1024;
const MAX_OTHER_BYTES = 64 * 1024 * 1024;

/**
 * Starts SNS, SQS and S3 (fauxqs), DynamoDB (dynalite) and Firehose (our own) on this machine, on loopback only.
 *
 * @throws {RainhooksError} `stage-failed` when the port is taken or the data cannot be used.
 */
export async function startEmulators(options: EmulatorOptions): Promise<Emulators> {
  const { dataDir, port, nowMs, onError, refuseRecord } = options;
  const folder = (name: string) => join(dataDir, name);
  await inFolder(dataDir, makeFolders(["queues", "objects", "tables", "firehose"].map(folder)));
  const queues = await inFolder(
    dataDir,
    startQueuesAndObjects({ queues: folder("queues"), objects: folder("objects") }),
  );
  const tables = tablesServer(folder("tables"));
  const tablesAlone = contained(
    (request, response) => void tables.emit("request", request, response),
    (reason) =>
      `The tables in ${folder("tables")} cannot be read or written (${reason}). Is the disk full? Put back a copy, or begin anew with --fresh.`,
    (text) => onError(new Error(text)),
  );
  const closeTables = () =>
    new Promise<void>((resolve) => {
      tables.close(() => resolve());
    });
  const stopStores = () => stopInTurn([tablesAlone.release, queues.stop, closeTables]);
  let endpoint = "";
  const firehose = await startFirehose({
    dataDir: folder("firehose"),
    nowMs,
    onError,
    ...(refuseRecord === undefined ? {} : { refuse: refuseRecord }),
    putObject: async (Bucket, Key, Body) => {
      await localClients(endpoint).s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    },
  });
  const gateway = createGateway(
    new Map<string, Service>([
      ["dynamodb", { serve: tablesAlone.serve, maxBodyBytes: MAX_TABLES_BYTES }],
      [
        "firehose",
        {
          serve: (request, response) => serveAwsJson(firehose.call, request, response),
          maxBodyBytes: MAX_FIREHOSE_BYTES,
        },
      ],
    ]),
    { serve: queues.serve, maxBodyBytes: MAX_OTHER_BYTES },
    (text) => onError(new Error(text)),
  );
  try {
    endpoint = `http://${await listen(gateway, port, "--port")}`;
  } catch (error) {
    await stopStores();
    throw error;
  }
  return {
    endpoint,
    bucketDir: (bucket) => join(folder("objects"), "buckets", bucket, "objects"),
    flush: () => firehose.flush(),
    stop: () =>
      stopInTurn([
        () => firehose.close(),
        () => gateway.closeAllConnections(),
        () => new Promise((resolve) => gateway.close(resolve)),
        stopStores,
      ]),
  };
}

async function makeFolders(folders: readonly string[]): Promise<void> {
  for (const folder of folders) await makeFolder(folder);
}

async function inFolder<T>(dataDir: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const message = `The data folder ${dataDir} cannot be used: ${messageOf(error)}. Choose another with --data, or begin anew with --fresh.`;
    throw new RainhooksError("stage-failed", message, { cause: error });
  }
}
