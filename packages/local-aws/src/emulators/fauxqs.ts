import type { IncomingMessage, ServerResponse } from "node:http";
import { type BuildAppOptions, buildApp } from "fauxqs";

type Stores = NonNullable<BuildAppOptions["stores"]>;

/** The parts of fauxqs that it does not export, as of the version that the lockfile pins. */
interface Internals {
  readonly SqsStore: new () => Stores["sqsStore"];
  readonly SnsStore: new () => Stores["snsStore"];
  readonly S3Store: new () => Stores["s3Store"];
  readonly PersistenceManager: new (folder: string) => QueuePersistence;
  readonly FileS3Persistence: new (folder: string) => ObjectPersistence;
  readonly S3Error: new (code: string, message: string, status: number) => Error;
  /** Finds what a message must not hold. */
  readonly INVALID_MESSAGE_BODY_CHAR: RegExp;
}

/** What SQS does not take. Source: Amazon SQS API reference, "SendMessage". */
const REFUSED_BY_SQS = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

type QueuePersistence = Stores["snsStore"]["persistence"] & {
  loadSqsAndSns(sqs: Stores["sqsStore"], sns: Stores["snsStore"]): void;
  updateMessageInflight(
    messageId: string,
    receiptHandle: string | null,
    visibilityDeadline: number | null,
    receiveCount: number,
  ): void;
  updateMessageReady(messageId: string): void;
  close(): void;
};

type ObjectPersistence = Stores["s3Store"]["persistence"] & { loadS3(s3: Stores["s3Store"]): void };

/** SNS, SQS and S3 in this process, without a socket of their own. */
export interface QueuesAndObjects {
  serve(request: IncomingMessage, response: ServerResponse): void;
  stop(): Promise<void>;
}

/**
 * Starts fauxqs with its data in two folders. Its own start function always listens on every interface of the machine;
 * a stage answers on loopback only, so the application is put together here and served by the stage's gateway.
 */
export async function startQueuesAndObjects(folders: {
  readonly queues: string;
  readonly objects: string;
}): Promise<QueuesAndObjects> {
  const parts = await internals();
  const { SqsStore, SnsStore, S3Store, PersistenceManager, FileS3Persistence } = parts;
  // As it is, this refuses every character outside the basic plane, emoji among them, which SQS takes.
  parts.INVALID_MESSAGE_BODY_CHAR.test = (text) => REFUSED_BY_SQS.test(text);
  const [sqsStore, snsStore, s3Store] = [new SqsStore(), new SnsStore(), new S3Store()];
  refuseClimbingKeys(s3Store, parts);
  const queues = new PersistenceManager(folders.queues);
  const objects = new FileS3Persistence(folders.objects);
  // As it is, this writes a null into a column that takes none, and ChangeMessageVisibility to 0 fails.
  queues.updateMessageReady = (messageId) => queues.updateMessageInflight(messageId, null, null, 0);
  queues.loadSqsAndSns(sqsStore, snsStore);
  objects.loadS3(s3Store);
  sqsStore.persistence = queues;
  snsStore.persistence = queues;
  s3Store.persistence = objects;
  for (const queue of sqsStore.allQueues()) queue.persistence = queues;
  // With no host of its own, a queue's URL begins with the address under which it was asked for.
  sqsStore.host = "";
  const app = buildApp({ logger: false, stores: { sqsStore, snsStore, s3Store } });
  await app.ready();
  return {
    serve: (request, response) => app.server.emit("request", request, response),
    stop: async () => {
      await app.close();
      queues.close();
    },
  };
}

/** Methods that take a bucket and a key, or two keys. */
const KEY_METHODS = ["putObject", "deleteObject", "renameObject", "createMultipartUpload"] as const;

/**
 * As it is, a key with `..` in it names a file outside the bucket's folder, which can be written and deleted. S3 itself
 * takes such keys; here they are refused.
 */
function refuseClimbingKeys(s3Store: Stores["s3Store"], { S3Error }: Internals): void {
  for (const name of KEY_METHODS) {
    const method = (s3Store[name] as (...args: unknown[]) => unknown).bind(s3Store);
    const guarded = (...args: unknown[]) => {
      const climbs = args
        .slice(1, 3)
        .some((key) => typeof key === "string" && key.split(/[/\\]/).includes(".."));
      if (climbs)
        throw new S3Error("InvalidArgument", "A key with .. in it is refused on the local stage.", 400);
      return method(...args);
    };
    Object.assign(s3Store, { [name]: guarded });
  }
}

async function internals(): Promise<Internals> {
  const entry = import.meta.resolve("fauxqs");
  const load = (path: string) => import(new URL(path, entry).href) as Promise<Internals>;
  const [errors, types, sqs, sns, s3, queues, objects] = await Promise.all([
    load("./common/errors.js"),
    load("./sqs/sqsTypes.js"),
    load("./sqs/sqsStore.js"),
    load("./sns/snsStore.js"),
    load("./s3/s3Store.js"),
    load("./persistence.js"),
    load("./s3/fileS3Persistence.js"),
  ]);
  return {
    SqsStore: sqs.SqsStore,
    SnsStore: sns.SnsStore,
    S3Store: s3.S3Store,
    PersistenceManager: queues.PersistenceManager,
    FileS3Persistence: objects.FileS3Persistence,
    S3Error: errors.S3Error,
    INVALID_MESSAGE_BODY_CHAR: types.INVALID_MESSAGE_BODY_CHAR,
  };
}
