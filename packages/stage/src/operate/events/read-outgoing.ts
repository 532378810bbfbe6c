import { PublishCommand } from "@aws-sdk/client-sns";
import { catalogEntry, type EventType } from "@rainhooks/core/catalog";
import { decode } from "@rainhooks/core/decode/decode";
import { readDelivery } from "@rainhooks/core/deliveries/read";
import { messageOf, wrongInput } from "@rainhooks/core/errors";
import { nodesOf } from "@rainhooks/core/event";
import { eventOf } from "@rainhooks/core/event-of";
import { isJsonObject, type JsonValue, tryParseJson } from "@rainhooks/core/json";
import type { LocalStage } from "../../stage-access.ts";

/**
 * Reads the events to publish: an event as RainMaker writes it, or a whole Lambda event
 * (`Records[].Sns`) as in Espressif's sample, whose messages are published unchanged. With `type`,
 * any text is published under that type.
 *
 * @param advice What to do with an event that cannot be decoded.
 * @throws {RainhooksError} `input-invalid`, with what is wrong in the text.
 */
export function readOutgoingEvents(
  text: string,
  type: string | undefined,
  advice: string,
): OutgoingEvent[] {
  if (text.trim() === "") throw wrongInput("There is nothing to publish: the input is empty.");
  if (type !== undefined) {
    const known = eventOf(type);
    return [{ type: known, body: text, attributes: { event_type: known } }];
  }
  const json = tryParseJson(text);
  if (json === undefined) {
    // The samples in RainMaker's README have typographic quotes; pasted unchanged, they are not
    // JSON.
    const quotes = /[“”]/.test(text) && "it has typographic quotes (“ ”); JSON needs straight ones";
    throw wrongInput(`The input is not JSON: ${quotes || parserWord(text)}.`);
  }
  if (!isJsonObject(json))
    throw wrongInput("The input is not an event: an event is a JSON object.");
  const records = json["Records"];
  if (!Array.isArray(records)) return [fromEvent(text, advice)];
  if (records.length === 0) throw wrongInput("The Lambda event has no records.");
  return records.map((record, index) => fromRecord(record, index, advice));
}

function fromRecord(record: JsonValue, index: number, advice: string): OutgoingEvent {
  if (!isJsonObject(record) || !isJsonObject(record["Sns"]))
    throw wrongInput(`Records[${index}] has no SNS message.`);
  const { body, attributes } = readDelivery(record);
  const { type } = fromEvent(body, advice, attributes);
  return { type, body, attributes };
}

function fromEvent(
  body: string,
  advice: string,
  attributes: Readonly<Record<string, string>> = {},
): OutgoingEvent {
  const decoded = decode({
    id: "to be published",
    sentAtMs: 0,
    topic: undefined,
    attributes,
    body,
  });
  if (decoded.kind === "undecodable") throw wrongInput(`${decoded.error.message}. ${advice}`);
  if (decoded.kind === "unknown")
    return { type: knownType(decoded.event.type), body, attributes: {} };
  const { event } = decoded;
  const [nodeId] = nodesOf(event);
  return {
    type: event.type,
    body,
    attributes: {
      event_type: event.type,
      ...(event.data.userId === undefined ? {} : { user_id: event.data.userId }),
      ...(nodeId === undefined ? {} : { node_id: nodeId }),
    },
  };
}

function knownType(type: string): EventType {
  const entry = catalogEntry(type);
  if (entry === undefined) {
    throw wrongInput(
      `${type} is not a RainMaker event type, so it has no topic. Event types start with rmaker.event.`,
    );
  }
  return entry.type;
}

function parserWord(text: string): string {
  try {
    JSON.parse(text);
    return "unknown reason";
  } catch (error) {
    return messageOf(error);
  }
}

/** An event to publish. */
export interface OutgoingEvent {
  readonly type: EventType;
  readonly attributes: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An event that was published. */
interface PublishedEvent {
  readonly topic: string;
  /** SNS message id. */
  readonly deliveryId: string;
}

/**
 * Publishes an event on a local stage.
 *
 * @throws {RainhooksError} `input-invalid` if SNS does not take it.
 */
export async function publishEvent(
  { clients, local }: LocalStage,
  { type, attributes, body }: OutgoingEvent,
): Promise<PublishedEvent> {
  const { topic } = catalogEntry(type);
  const texts = Object.entries(attributes).map(([name, value]) => [
    name,
    { DataType: "String", StringValue: value },
  ]);
  const message = new PublishCommand({
    TopicArn: local.file.topicArnPrefix + topic,
    Message: body,
    MessageAttributes: Object.fromEntries(texts),
  });
  const { MessageId = "" } = await clients.sns.send(message).catch((error: unknown) => {
    throw wrongInput(`SNS rejected this message: ${messageOf(error)}`, error);
  });
  return { topic, deliveryId: MessageId };
}
