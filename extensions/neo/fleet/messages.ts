import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import type { EventType } from "@rainhooks/core/catalog";
import { chunk } from "@rainhooks/core/collections";
import { SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject, type JsonObject, type JsonValue, tryParseJson } from "@rainhooks/core/json";
import { publish } from "@rainhooks/local/aws/publish";
import type { Stage } from "@rainhooks/local/aws/stage/stage";
import type {
  EventTruth,
  FleetMessage,
  PublishedFleetMessage,
} from "@rainhooks/local/fleet/message";
import { hasArchive, readArchive } from "@rainhooks/local/fleet/reconciliation/reconcile";
import type { AcceptedMessages } from "@rainhooks/local/source";
import type { IotRule } from "@rainhooks/rainmaker/iot-rules";
import { deployedName } from "@rainhooks/webhook/names";
import { neoEvents } from "../functions/neo-events/function.ts";

/**
 * A message of Neo: for the topic of an event, or for the queue of the function that reads shadows
 * and readings.
 */
export interface NeoMessage {
  readonly to: IotRule["to"];
  readonly body: string;
}

/**
 * Returns what a message of Neo says, as anybody reads it: a simple implementation that shares no
 * code with what the stage runs. `undefined` if no event follows from it.
 */
function truthOf({ to, body }: NeoMessage): EventTruth | undefined {
  const message = objectOf(tryParseJson(body));
  if (to !== "queue")
    return truth(to, objectOf(message["event_data"])["node_id"], message["timestamp"]);
  if ("dynamodb" in message) return truthOfRow(objectOf(message["dynamodb"]));
  const { shadow, node_id, timestamp, previous, current } = message;
  const isIdentity = shadow === "iparams";
  const said = (state: JsonValue | undefined) =>
    isIdentity
      ? JSON.stringify(objectOf(objectOf(objectOf(state)["data"])["device"])["t"])
      : JSON.stringify({ ...objectOf(objectOf(state)["params"]), notify: null });
  if (said(previous) === said(current)) return undefined;
  const type = isIdentity ? "rmaker.event.node_config_changed" : "rmaker.event.node_params_changed";
  return truth(type, node_id, Number(timestamp) * SECOND_MS);
}

function truthOfRow({ NewImage, ApproximateCreationDateTime: second }: JsonObject) {
  const row = objectOf(NewImage);
  const { node_id, key, ts, value } = Object.fromEntries(
    Object.entries(row).map(([name, typed]) => [name, untyped(objectOf(typed))]),
  );
  const reading = { series: String(key), atMs: Number(ts), value };
  return {
    ...truth("rmaker.event.node_ts_data", node_id, Number(second) * SECOND_MS),
    readings: [reading],
  };
}

function untyped({ S, N, BOOL }: JsonObject): JsonValue {
  return S ?? BOOL ?? Number(N);
}

function truth(
  type: EventType,
  nodeId: JsonValue | undefined,
  atMs: JsonValue | undefined,
): EventTruth {
  return { type, atMs: Number(atMs), nodeIds: [String(nodeId)], userId: undefined, readings: [] };
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/**
 * Returns what tells an event from others: what the event of an archived body has in common with
 * its truth.
 */
function keyOfTruth({ type, nodeIds, atMs, readings }: EventTruth): string {
  return JSON.stringify([
    type,
    nodeIds[0],
    atMs,
    readings[0]?.series,
    readings[0]?.atMs,
    readings[0]?.value,
  ]);
}

/** Returns the same of a body; of one that cannot be read, the body. */
function keyOfBody(body: string): string {
  const message = objectOf(tryParseJson(body));
  const { node_id, name, t, v } = objectOf(message["event_data"]);
  if (node_id === undefined) return body;
  const [atMs, readAtMs] = [message["timestamp"], t].map((time) => inMs(time));
  return JSON.stringify([message["event_type"], node_id, atMs, name, readAtMs, v]);
}

function inMs(time: JsonValue | undefined): number | undefined {
  if (time === undefined) return undefined;
  return Number(time) < 1e11 ? Number(time) * SECOND_MS : Number(time);
}

const UNKNOWN: AcceptedMessages = {
  published: [],
  line: {
    what: "events that are not compared, without the archive",
    expected: 0,
    found: 0,
    problems: [],
  },
};

/**
 * Finds in the archive the events that follow from Neo's messages. The function neo-events
 * publishes most of them, so only the archive has their ids. Each event must be there, at least
 * once. Without an archive, no event can be checked.
 */
export async function archivedMessages(
  stage: Stage,
  sent: readonly PublishedFleetMessage[],
): Promise<AcceptedMessages> {
  if (!hasArchive(stage)) return UNKNOWN;
  const truths = new Map<string, EventTruth | undefined>();
  for (const { message } of sent) {
    if (message.truth !== undefined) truths.set(keyOfTruth(message.truth), message.truth);
    else if (!isForQueue(message)) truths.set(message.body, undefined);
  }
  const { deliveries } = await readArchive(stage.clients.s3, deployedName(stage.name, "archive"));
  const types = new Map(sent.map(({ message }) => [message.body, message.type]));
  const found = new Set<string>();
  const published = deliveries.flatMap(({ id, body }): PublishedFleetMessage[] => {
    const key = keyOfBody(body);
    if (!truths.has(key)) return [];
    found.add(key);
    const truth = truths.get(key);
    const type = truth?.type ?? types.get(body) ?? "rmaker.event.node_ts_data";
    return [{ id, message: { type, body, attributes: {}, truth } }];
  });
  const problems = [...truths.keys()]
    .filter((key) => !found.has(key))
    .map((key) => `no event says ${key}`);
  return {
    published,
    line: { what: "events of what nodes said", expected: truths.size, found: found.size, problems },
  };
}

/** Returns a message of Neo, with what its publisher knows of it. */
export function fleetMessage(message: NeoMessage): FleetMessage {
  const { to, body } = message;
  const truth = truthOf(message);
  if (to !== "queue") return { type: to, body, attributes: {}, truth };
  const type = truth?.type ?? "rmaker.event.node_params_changed";
  const queued = { type, body, attributes: {}, truth, isForQueue: true };
  return queued;
}

/** Returns true for a message for the queue of the function that makes events of it. */
function isForQueue(message: FleetMessage): boolean {
  return "isForQueue" in message;
}

const MESSAGES_PER_CALL = 10;

/**
 * Sends messages to the topics of their types, and to the queue of the function that makes events
 * of them.
 *
 * @throws {RainhooksError} `stage-failed` if the stage does not run that function, or when a
 * service rejects a message.
 */
export async function sendToStage(
  stage: Pick<Stage, "clients" | "provisioned">,
  messages: readonly FleetMessage[],
  onSent?: (count: number) => void,
): Promise<PublishedFleetMessage[]> {
  const { sqs } = stage.clients;
  const QueueUrl = stage.provisioned.queues.get(neoEvents.name)?.queue.url;
  const forTopics = messages.filter((one) => !isForQueue(one));
  const sent = await publish(stage, forTopics, onSent);
  for (const call of chunk(messages.filter(isForQueue), MESSAGES_PER_CALL)) {
    if (QueueUrl === undefined) throw failed(`The stage does not run ${neoEvents.name}.`);
    const Entries = call.map(({ body }, index) => ({ Id: String(index), MessageBody: body }));
    const batch = new SendMessageBatchCommand({ QueueUrl, Entries });
    const { Failed: [failure] = [], Successful = [] } = await sqs.send(batch);
    if (failure !== undefined)
      throw failed(`SQS rejected a message: ${failure.Code} ${failure.Message ?? ""}`);
    for (const { Id, MessageId = "" } of Successful) {
      const message = call[Number(Id)];
      if (message !== undefined) sent.push({ id: MessageId, message });
    }
    onSent?.(call.length);
  }
  return sent;
}

function failed(message: string): RainhooksError {
  return new RainhooksError("stage-failed", message);
}
