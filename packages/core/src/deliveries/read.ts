import type { SQSRecord } from "aws-lambda";
import { RainhooksError } from "../errors.ts";
import { describeValue, isJsonObject, type JsonObject, setField, tryParseJson } from "../json.ts";
import type { Delivery, Replay } from "./delivery.ts";

/**
 * Name of the SQS message attribute with which a redrive keeps since when a message is a dead
 * letter, epoch milliseconds. It is beside the SNS message, which stays as it was published.
 */
export const DEAD_SINCE_ATTRIBUTE = "rainhooks_dead_since";

/**
 * Reads the delivery from a record: SNS to Lambda, SQS with the SNS envelope, or SQS with raw
 * message delivery. The message body is not decoded, so any body is accepted.
 *
 * @throws {RainhooksError} `record-malformed` for any other record.
 */
export function readDelivery(record: unknown): Delivery {
  if (isJsonObject(record)) {
    if (isJsonObject(record["Sns"])) return readNotification(record["Sns"]);
    if (typeof record["body"] === "string" && typeof record["messageId"] === "string") {
      return fromSqs(record as unknown as SQSRecord);
    }
  }
  throw new RainhooksError(
    "record-malformed",
    `Not an SNS or SQS record: ${describeValue(record)}. Is the function subscribed to something else?`,
    { permanent: true },
  );
}

function fromSqs(record: SQSRecord): Delivery {
  const envelope = tryParseJson(record.body);
  const delivery =
    isJsonObject(envelope) && isNotification(envelope)
      ? readNotification(envelope)
      : fromRaw(record);
  const replay = readReplay(record.messageAttributes?.[REPLAY_ATTRIBUTE]?.stringValue ?? "");
  return replay === undefined ? delivery : { ...delivery, replay };
}

/**
 * Name of the SQS message attribute that a replay adds. It is beside the SNS message, which stays
 * as it was published.
 */
export const REPLAY_ATTRIBUTE = "rainhooks_replay";

/** Attributes of ours, beside those of a message that was published. */
const OWN_ATTRIBUTES: ReadonlySet<string> = new Set([REPLAY_ATTRIBUTE, DEAD_SINCE_ATTRIBUTE]);

/** Reads a record of a subscription with raw message delivery. */
function fromRaw(record: SQSRecord): Delivery {
  const attributes: Record<string, string> = {};
  for (const [name, attribute] of Object.entries(record.messageAttributes ?? {}))
    if (!OWN_ATTRIBUTES.has(name))
      setField(attributes, name, attribute.stringValue ?? attribute.binaryValue ?? "");
  return {
    id: record.messageId,
    sentAtMs: Number(record.attributes?.SentTimestamp ?? Number.NaN) || 0,
    topic: undefined,
    attributes,
    body: record.body,
  };
}

/** True for what SNS sends to a queue without raw message delivery. */
function isNotification(envelope: JsonObject): boolean {
  return (
    envelope["Type"] === "Notification" &&
    typeof envelope["Message"] === "string" &&
    typeof envelope["TopicArn"] === "string"
  );
}

/**
 * Reads the delivery from a notification, as SNS sends it.
 *
 * @throws {RainhooksError} `record-malformed` for anything else.
 */
function readNotification(notification: JsonObject): Delivery {
  const { MessageId, Message, Timestamp, TopicArn } = notification;
  const sentAtMs = typeof Timestamp === "string" ? Date.parse(Timestamp) : Number.NaN;
  if (typeof MessageId !== "string" || typeof Message !== "string" || Number.isNaN(sentAtMs)) {
    throw new RainhooksError(
      "record-malformed",
      "The SNS notification has no MessageId, Message or Timestamp, so it did not come from SNS.",
      { permanent: true },
    );
  }
  return {
    id: MessageId,
    sentAtMs,
    // Empty for a replayed delivery whose topic is not known.
    topic: typeof TopicArn === "string" && TopicArn !== "" ? topicName(TopicArn) : undefined,
    attributes: notificationAttributes(notification["MessageAttributes"]),
    body: Message,
  };
}

function notificationAttributes(raw: unknown): Record<string, string> {
  const attributes: Record<string, string> = {};
  if (!isJsonObject(raw)) return attributes;
  for (const [name, attribute] of Object.entries(raw)) {
    const value = isJsonObject(attribute) ? attribute["Value"] : undefined;
    setField(attributes, name, typeof value === "string" ? value : "");
  }
  return attributes;
}

export function topicName(arn: string): string {
  return arn.slice(arn.lastIndexOf(":") + 1);
}

/**
 * Returns the value of the attribute {@link REPLAY_ATTRIBUTE}: the job and, behind a space, its
 * address.
 */
export function replayText({ job, address }: Replay): string {
  return address === undefined ? job : `${job} ${address}`;
}

/**
 * Reads the value of the attribute {@link REPLAY_ATTRIBUTE}; returns `undefined` for an empty one.
 */
export function readReplay(text: string): Replay | undefined {
  const [job = "", ...address] = text.split(" ");
  if (job === "") return undefined;
  return address.length === 0 ? { job } : { job, address: address.join(" ") };
}
