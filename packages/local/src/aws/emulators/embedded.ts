import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { localClients } from "@rainhooks/stage/clients";
import { makeFolder } from "../folder.ts";
import { listen } from "../listen.ts";
import { stopInTurn } from "../stop-in-turn.ts";
import { serveAwsJson } from "./aws-json.ts";
import { EventFeed } from "./event-feed.ts";
import { startQueuesAndObjects } from "./fauxqs.ts";
import { startFirehose } from "./firehose/firehose.ts";
import { createGateway, type EmulatedService } from "./gateway.ts";
import { servingOldestMessages } from "./oldest-messages.ts";
import { PublishCounter } from "./published-counts.ts";
import { startTables } from "./tables.ts";
import { servingWrites } from "./write-buffered.ts";

/** The embedded AWS services, behind one endpoint. */
export interface Emulators {
  readonly endpoint: string;
  /** Returns the folder with the objects of a bucket, if they are stored on this machine. */
  readonly bucketDir?: (bucket: string) => string;
  /** Ends the receives of SQS that wait for messages, if these services can. */
  readonly endReceives?: () => void;
  /** Writes the records that Firehose has buffered. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** Options of the services. */
export interface EmulatorOptions {
  readonly dataDir: string;
  /** Port of the endpoint; 0 selects a free port. */
  readonly port: number;
  readonly nowMs: () => number;
  readonly onError: (error: unknown) => void;
  /** Makes Firehose reject single records: returns an error code to reject a record. */
  readonly refuseRecord?: () => string | undefined;
}

/**
 * Maximum request sizes: 16 MB for DynamoDB, 4 MiB before base64 for Firehose, and an archive object for the
 * others.
 */
const MAX_TABLES_BYTES = 17 * 1024 * 1024;
const MAX_FIREHOSE_BYTES = 8 * 1024 * 1024;
const MAX_OTHER_BYTES = 64 * 1024 * 1024;

/**
 * Starts SNS, SQS and S3 (fauxqs), DynamoDB (dynalite) and Firehose (our own) on this machine, on loopback
 * only.
 *
 * @throws {RainhooksError} `stage-failed` when the port is taken or the data cannot be used.
 */
export async function startEmulators(options: EmulatorOptions): Promise<Emulators> {
  const { dataDir, port, nowMs, onError, refuseRecord } = options;
  const folder = (name: string) => join(dataDir, name);
  const feed = new EventFeed();
  await inFolder(dataDir, makeFolders(["queues", "objects", "tables", "firehose"].map(folder)));
  const published = new PublishCounter(folder("queues"), onError);
  const queues = await inFolder(
    dataDir,
    startQueuesAndObjects({ queues: folder("queues"), objects: folder("objects") }, (delivery) => {
      feed.add(delivery);
      published.add(delivery);
    }),
  );
  const tables = startTables(folder("tables"), onError);
  const stopStores = () => stopInTurn([queues.stop, tables.stop]);
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
    new Map<string, EmulatedService>([
      ["dynamodb", { serve: tables.serve, maxBodyBytes: MAX_TABLES_BYTES }],
      [
        "firehose",
        {
          serve: (request, response) => serveAwsJson(firehose.call, request, response),
          maxBodyBytes: MAX_FIREHOSE_BYTES,
        },
      ],
    ]),
    {
      serve: feed.servingAlso(
        published.servingAlso(
          servingWrites(firehose.flush, servingOldestMessages(queues.oldestMessages, queues.serve)),
        ),
      ),
      maxBodyBytes: MAX_OTHER_BYTES,
    },
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
    endReceives: queues.endReceives,
    bucketDir: (bucket) => join(folder("objects"), "buckets", bucket, "objects"),
    flush: firehose.flush,
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
    const message = `The data folder ${dataDir} cannot be used: ${messageOf(error)}. Choose another one with --data, or delete its data with --fresh.`;
    throw new RainhooksError("stage-failed", message, { cause: error });
  }
}
