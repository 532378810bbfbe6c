import { AsyncLocalStorage } from "node:async_hooks";
import type { IncomingMessage, ServerResponse } from "node:http";
import { DatabaseSync } from "node:sqlite";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import type { OldestMessages } from "@rainhooks/stage/local-endpoint";
import { type BuildAppOptions, buildApp } from "fauxqs";

type Stores = NonNullable<BuildAppOptions["stores"]>;

/** Internal parts of fauxqs, in the version that the lockfile pins. */
interface Internals {
  readonly SqsStore: (new () => Stores["sqsStore"]) & {
    createMessage: (body: string, ...others: unknown[]) => object;
  };
  readonly SnsStore: new () => Stores["snsStore"];
  readonly S3Store: new () => Stores["s3Store"];
  readonly PersistenceManager: new (folder: string) => QueuePersistence;
  readonly FileS3Persistence: new (folder: string) => ObjectPersistence;
  readonly S3Error: new (code: string, message: string, status: number) => Error;
  /** Finds characters that a message must not contain. */
  readonly INVALID_MESSAGE_BODY_CHAR: RegExp;
}

/** Characters that SQS rejects. Source: Amazon SQS API reference, "SendMessage". */
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

/** SNS, SQS and S3 in this process, without their own socket. */
export interface QueuesAndObjects {
  serve(request: IncomingMessage, response: ServerResponse): void;
  /** Returns when the oldest message of each queue was sent. */
  oldestMessages(): OldestMessages;
  /** Ends the receives that wait for messages: they return what there is. */
  endReceives(): void;
  /**
   * Returns the trace header of the request that sent a message, until the services start again.
   */
  traceHeaderOf(queueUrl: string, receiptHandle: string): string | undefined;
  stop(): Promise<void>;
}

/**
 * Starts fauxqs with its data in two folders. Its own start function listens on every network
 * interface; a stage must listen on loopback only, so the application is created here and served by
 * the stage's gateway.
 *
 * @param onPublished Called for each message that SNS accepts, before it does.
 */
export async function startQueuesAndObjects(
  folders: { readonly queues: string; readonly objects: string },
  onPublished: (delivery: Delivery) => void,
): Promise<QueuesAndObjects> {
  const parts = await internals();
  const { SqsStore, SnsStore, S3Store, PersistenceManager, FileS3Persistence } = parts;
  // Without this, fauxqs rejects characters outside the Basic Multilingual Plane (such as emoji),
  // which SQS accepts.
  parts.INVALID_MESSAGE_BODY_CHAR.test = (text) => REFUSED_BY_SQS.test(text);
  const sqsStore = new SqsStore();
  const snsStore = new SnsStore();
  const s3Store = new S3Store();
  refuseClimbingKeys(s3Store, parts);
  const queues = new PersistenceManager(folders.queues);
  waitLessForDisk(queues);
  const objects = new FileS3Persistence(folders.objects);
  // Without this, fauxqs writes null to a column that does not allow it, and
  // ChangeMessageVisibility to 0 fails.
  queues.updateMessageReady = (messageId) => queues.updateMessageInflight(messageId, null, null, 0);
  queues.loadSqsAndSns(sqsStore, snsStore);
  objects.loadS3(s3Store);
  sqsStore.persistence = queues;
  snsStore.persistence = queues;
  let published: Published | undefined;
  giveOneTime(SqsStore, () => published);
  const requests = new AsyncLocalStorage<IncomingMessage>();
  const traceHeaders = keepTraceHeaders(SqsStore, requests);
  const addMessage = (message: Published) => {
    published = message;
    onPublished(deliveryOf(message));
  };
  Object.assign(snsStore, { spy: { addMessage } });
  s3Store.persistence = objects;
  for (const queue of sqsStore.allQueues()) queue.persistence = queues;
  // With an empty host, a queue's URL starts with the address of the request.
  sqsStore.host = "";
  const app = buildApp({ logger: false, stores: { sqsStore, snsStore, s3Store } });
  await app.ready();
  return {
    serve: (request, response) =>
      requests.run(request, () => app.server.emit("request", request, response)),
    oldestMessages: () => oldestIn(sqsStore.allQueues()),
    endReceives: () => sqsStore.shutdown(),
    traceHeaderOf: (queueUrl, receiptHandle) =>
      traceHeaders.get(
        sqsStore.getQueue(queueUrl)?.inflightMessages.get(receiptHandle)?.message ?? {},
      ),
    stop: async () => {
      await app.close();
      queues.close();
    },
  };
}

/**
 * Lets the database of the queues wait for the disk now and then, instead of once for each message.
 * What is written survives the end of the process either way; after a power cut, the last messages
 * may be missing.
 */
function waitLessForDisk(queues: QueuePersistence): void {
  const database: unknown = Reflect.get(queues, "db");
  if (!(database instanceof DatabaseSync))
    throw new Error("fauxqs has no database of this name any more.");
  database.exec("PRAGMA synchronous = NORMAL");
}

/**
 * Gives a message the same time in every queue, as SNS does: fauxqs looks at the clock again for
 * each.
 *
 * @param last Returns the message that is being delivered.
 */
function giveOneTime(SqsStore: Internals["SqsStore"], last: () => Published | undefined): void {
  const create = SqsStore.createMessage.bind(SqsStore);
  SqsStore.createMessage = (body, ...others) => {
    const message = last();
    const start = `{"Type":"Notification","MessageId":"${message?.messageId}"`;
    if (message === undefined || !body.startsWith(start)) return create(body, ...others);
    const time = new Date(message.timestamp).toISOString();
    // Quotes within the message are escaped: this is the field.
    return create(body.replace(/,"Timestamp":"[^"]*"/, `,"Timestamp":"${time}"`), ...others);
  };
}

/** Returns the trace headers of messages, which AWS SDKs send and SQS keeps: fauxqs does not. */
function keepTraceHeaders(
  SqsStore: Internals["SqsStore"],
  requests: AsyncLocalStorage<IncomingMessage>,
) {
  const headers = new WeakMap<object, string>();
  const create = SqsStore.createMessage.bind(SqsStore);
  SqsStore.createMessage = (...args) => {
    const message = create(...args);
    const header = requests.getStore()?.headers["x-amzn-trace-id"];
    if (typeof header === "string") headers.set(message, header);
    return message;
  };
  return headers;
}

/** An attribute of a message. */
interface PublishedAttribute {
  readonly DataType?: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

/** A message that SNS has accepted, as fauxqs reports it. */
interface Published {
  readonly messageId: string;
  readonly topicArn: string;
  readonly topicName: string;
  readonly body: string;
  readonly timestamp: number;
  readonly messageAttributes: Readonly<Record<string, PublishedAttribute>>;
}

function deliveryOf({
  messageId,
  topicName,
  body,
  timestamp,
  messageAttributes,
}: Published): Delivery {
  const attributes = Object.entries(messageAttributes).map(([name, { StringValue = "" }]) => [
    name,
    StringValue,
  ]);
  return {
    id: messageId,
    sentAtMs: timestamp,
    topic: topicName,
    attributes: Object.fromEntries(attributes),
    body,
  };
}

/** Methods with a bucket and a key, or with two keys. */
const KEY_METHODS = ["putObject", "deleteObject", "renameObject", "createMultipartUpload"] as const;

/**
 * Rejects keys with `..`: fauxqs would use them as a path outside the bucket's folder, which could
 * then be written and deleted. S3 itself accepts such keys.
 */
function refuseClimbingKeys(s3Store: Stores["s3Store"], { S3Error }: Internals): void {
  for (const name of KEY_METHODS) {
    const method = (s3Store[name] as (...args: unknown[]) => unknown).bind(s3Store);
    const guarded = (...args: unknown[]) => {
      const climbs = args
        .slice(1, 3)
        .some((key) => typeof key === "string" && key.split(/[/\\]/).includes(".."));
      if (climbs)
        throw new S3Error(
          "InvalidArgument",
          "Keys with .. are not supported on the local stage.",
          400,
        );
      return method(...args);
    };
    Object.assign(s3Store, { [name]: guarded });
  }
}

async function internals(): Promise<Internals> {
  const entry = import.meta.resolve("fauxqs");
  const names = ["common/errors", "sqs/sqsTypes", "sqs/sqsStore", "sns/snsStore", "s3/s3Store"];
  const modules = [...names, "persistence", "s3/fileS3Persistence"].map(
    (name): Promise<object> => import(new URL(`./${name}.js`, entry).href),
  );
  return Object.assign({}, ...(await Promise.all(modules))) as Internals;
}

/** A message of a queue, as far as its age is concerned. */
interface Sent {
  readonly sentTimestamp: number;
}

/** A queue of fauxqs. */
interface Queue {
  readonly name: string;
  inspectMessages(): {
    readonly ready: readonly Sent[];
    readonly delayed: readonly Sent[];
    readonly inflight: readonly { readonly message: Sent }[];
  };
}

/**
 * Returns when the oldest message of each queue was sent: one that waits, is delayed or is being
 * handled.
 */
function oldestIn(queues: Iterable<Queue>): OldestMessages {
  const oldest = [...queues].map((queue): [string, number] => {
    const { ready, delayed, inflight } = queue.inspectMessages();
    const messages = [...ready, ...delayed, ...inflight.map(({ message }) => message)];
    return [
      queue.name,
      messages.reduce((least, { sentTimestamp }) => Math.min(least, sentTimestamp), Infinity),
    ];
  });
  return Object.fromEntries(oldest.filter(([, atMs]) => atMs !== Infinity));
}
