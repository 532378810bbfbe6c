import { createHash } from "node:crypto";
import { MemoryQueue, type QueuedMessageView, type QueueRules } from "./memory-queue.ts";

/** The used part of an HTTP request. */
interface Request {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

type Input = Readonly<Record<string, unknown>>;

/** An error in SQS's JSON protocol. */
class Refusal extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const MAX_BATCH = 10;
const MAX_CALL_BYTES = 1024 * 1024;
const MAX_ATTRIBUTES = 10;
/** Characters that SQS rejects. Source: Amazon SQS API reference, "SendMessage". */
const REFUSED = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/**
 * SQS in this process, with a clock that the test controls: its queues follow SQS's rules, and any
 * SQS client can use it with its `clientOptions`, with checksums.
 */
export class MemoryQueues {
  readonly #nowMs: () => number;
  readonly #origin: string;
  readonly #queues = new Map<string, MemoryQueue>();
  /** When true, every call fails as if SQS were down. */
  down = false;

  /** @param origin What the URLs of queues begin with. */
  constructor(nowMs: () => number, origin = "https://sqs.local") {
    this.#nowMs = nowMs;
    this.#origin = origin;
  }

  /** Creates a queue; its URL is {@link urlOf} its name. */
  create(name: string, rules: QueueRules): MemoryQueue {
    const queue = new MemoryQueue(this.#nowMs, rules);
    this.#queues.set(this.urlOf(name), queue);
    return queue;
  }

  /** Returns a queue by its name. */
  find(name: string): MemoryQueue | undefined {
    return this.#queues.get(this.urlOf(name));
  }

  urlOf(name: string): string {
    return `${this.#origin}/000000000000/${name}`;
  }

  /** The options of an SQS client that reaches these queues, and tries each call once. */
  readonly clientOptions = {
    region: "us-east-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    maxAttempts: 1,
    useQueueUrlAsEndpoint: false,
    requestHandler: {
      handle: async (request: Request) => ({ response: this.#respond(request) }),
      updateHttpClientConfig: () => undefined,
      httpHandlerConfigs: () => ({}),
    },
  };

  #respond({ headers, body }: Request) {
    const respond = (statusCode: number, content: object) => ({
      statusCode,
      headers: { "content-type": "application/x-amz-json-1.0" },
      body: Buffer.from(JSON.stringify(content)),
    });
    try {
      if (this.down) return respond(503, { __type: "ServiceUnavailable", message: "down" });
      const action = (headers["X-Amz-Target"] ?? headers["x-amz-target"] ?? "").replace(
        /^.*\./,
        "",
      );
      return respond(200, this.#call(action, JSON.parse(textOf(body)) as Input, headers));
    } catch (error) {
      const code = error instanceof Refusal ? error.code : "InternalError";
      const message = error instanceof Error ? error.message : String(error);
      return respond(error instanceof Refusal ? 400 : 500, { __type: code, message });
    }
  }

  #call(action: string, input: Input, headers: Request["headers"]): object {
    const traceHeader = headers["X-Amzn-Trace-Id"];
    const queue = this.#queues.get(String(input["QueueUrl"]));
    if (queue === undefined)
      throw new Refusal("QueueDoesNotExist", `There is no ${String(input["QueueUrl"])}.`);
    if (action === "ReceiveMessage") return receive(queue, input);
    if (action === "SendMessage") return send(queue, input, traceHeader);
    if (action === "SendMessageBatch") return sendBatch(queue, input, traceHeader);
    if (action === "DeleteMessageBatch")
      return each(input, ({ ReceiptHandle }) => queue.delete(String(ReceiptHandle)));
    if (action === "ChangeMessageVisibilityBatch") {
      return each(input, ({ ReceiptHandle, VisibilityTimeout }) =>
        queue.changeVisibility(String(ReceiptHandle), Number(VisibilityTimeout)),
      );
    }
    if (action === "GetQueueAttributes")
      return { Attributes: attributesOf(queue, input["AttributeNames"]) };
    throw new Refusal("InvalidAction", `${action} is not supported by this queue.`);
  }
}

/** Returns the attributes that are asked for, as SQS does. */
function attributesOf(queue: MemoryQueue, names: unknown) {
  const { visible, inFlight } = queue.counts();
  const all = {
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    VisibilityTimeout: String(queue.visibilityTimeoutS),
    MessageRetentionPeriod: String(queue.retentionS),
  };
  const isAskedFor = (name: string) =>
    Array.isArray(names) && (names.includes(name) || names.includes("All"));
  return Object.fromEntries(Object.entries(all).filter(([name]) => isAskedFor(name)));
}

function receive(queue: MemoryQueue, input: Input): object {
  const { MaxNumberOfMessages = 1, VisibilityTimeout, WaitTimeSeconds = 0 } = input;
  const max = Number(MaxNumberOfMessages);
  if (max < 1 || max > MAX_BATCH) throw new Refusal("ReadCountOutOfRange", "1 to 10 messages.");
  if (queue.isFull()) {
    // A long poll of a queue with too many messages in flight returns no messages, and no error.
    if (Number(WaitTimeSeconds) > 0) return {};
    throw new Refusal("OverLimit", "Too many messages are in flight.");
  }
  const messages = queue.receive(
    max,
    VisibilityTimeout === undefined ? undefined : Number(VisibilityTimeout),
  );
  return messages.length === 0 ? {} : { Messages: messages.map(toMessage) };
}

function toMessage({
  id,
  receiptHandle,
  body,
  attributes,
  receives,
  sentAtMs,
  firstReceivedAtMs,
}: QueuedMessageView) {
  return {
    MessageId: id,
    ReceiptHandle: receiptHandle,
    Body: body,
    MD5OfBody: md5(body),
    MessageAttributes: attributes,
    Attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: String(sentAtMs),
      ApproximateFirstReceiveTimestamp: String(firstReceivedAtMs),
      SenderId: "local",
    },
  };
}

/** The header in which Lambda counts invocations becomes an attribute. */
function send(
  queue: MemoryQueue,
  entry: Input,
  traceHeader?: string,
): { MessageId: string; MD5OfMessageBody: string } {
  const body = String(entry["MessageBody"]);
  const attributes = (entry["MessageAttributes"] ?? {}) as QueuedMessageView["attributes"];
  if (body === "") throw new Refusal("MissingParameter", "A message has no body.");
  if (Buffer.byteLength(body) > queue.maxMessageBytes)
    throw new Refusal(
      "InvalidParameterValue",
      `Message must be shorter than ${queue.maxMessageBytes} bytes.`,
    );
  if (
    REFUSED.test(body) ||
    Object.values(attributes).some(({ StringValue = "" }) => REFUSED.test(StringValue))
  ) {
    throw new Refusal("InvalidMessageContents", "Invalid characters found.");
  }
  if (Object.keys(attributes).length > MAX_ATTRIBUTES) {
    throw new Refusal("InvalidParameterValue", "A message has more than ten attributes.");
  }
  const groupId = entry["MessageGroupId"];
  const trace =
    traceHeader === undefined
      ? {}
      : { AWSTraceHeader: { DataType: "String", StringValue: traceHeader } };
  const MessageId = queue.send(body, {
    attributes: { ...attributes, ...trace },
    ...(groupId === undefined ? {} : { groupId: String(groupId) }),
    delayS: Number(entry["DelaySeconds"] ?? 0),
  });
  return { MessageId, MD5OfMessageBody: md5(body) };
}

function sendBatch(queue: MemoryQueue, input: Input, traceHeader: string | undefined): object {
  const bytes = entriesOf(input).reduce(
    (sum, entry) => sum + Buffer.byteLength(String(entry["MessageBody"])),
    0,
  );
  if (bytes > MAX_CALL_BYTES)
    throw new Refusal("BatchRequestTooLong", `${bytes} bytes in one call.`);
  return each(input, (entry) => send(queue, entry, traceHeader));
}

function each(input: Input, work: (entry: Input) => object | undefined): object {
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entriesOf(input)) {
    const { Id } = entry;
    try {
      Successful.push({ Id, ...work(entry) });
    } catch (error) {
      const Code = error instanceof Refusal ? error.code : "ReceiptHandleIsInvalid";
      Failed.push({
        Id,
        Code,
        Message: error instanceof Error ? error.message : "",
        SenderFault: true,
      });
    }
  }
  return { Successful, Failed };
}

function entriesOf(input: Input): Input[] {
  const entries = (input["Entries"] ?? []) as Input[];
  if (entries.length === 0) throw new Refusal("EmptyBatchRequest", "A call has no entries.");
  if (entries.length > MAX_BATCH)
    throw new Refusal("TooManyEntriesInBatchRequest", "A call has more than ten entries.");
  return entries;
}

function textOf(body: unknown): string {
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body);
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
