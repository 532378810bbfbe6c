import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { RainhooksError } from "@rainhooks/core/errors";
import type { JsonValue } from "@rainhooks/core/json";
import { publish } from "@rainhooks/local/aws/publish";
import type { Stage } from "@rainhooks/local/aws/stage/stage";
import { RainmakerClock } from "@rainhooks/local/rainmaker/clock";
import { LocalIot } from "@rainhooks/local/rainmaker/iot/local-iot";
import { startMqtt } from "@rainhooks/local/rainmaker/mqtt";
import { Publisher } from "@rainhooks/local/rainmaker/publisher";
import { type RunningBroker, runningBroker } from "@rainhooks/local/rainmaker/running-broker";
import { type IotRule, NEO_RULES, SESSION_ENDED_RULE } from "@rainhooks/rainmaker/iot-rules";
import { neoEvents } from "../functions/neo-events/function.ts";
import { neoCloud } from "./neo-cloud.ts";
import { ReadingsTable } from "./readings-table.ts";

/**
 * A message of Neo: for the topic of an event, or for the queue of the function that reads shadows and
 * readings.
 */
export interface NeoMessage {
  readonly to: IotRule["to"];
  readonly body: string;
}

/** Options of a local RainMaker Neo. */
export interface LocalNeoOptions {
  readonly publisher: Publisher<NeoMessage>;
  /** Port of the MQTT broker; 0 selects a free one. */
  readonly mqttPort: number;
  readonly onProblem: (text: string) => void;
}

/** A running local RainMaker Neo. */
export interface RunningNeo extends RunningBroker {
  readonly publisher: Publisher<NeoMessage>;
}

/**
 * Starts a RainMaker Neo on this machine, as far as a stage sees it: an MQTT broker with shadows and
 * presence, on loopback only, and the rules of AWS IoT that a stage in AWS has. Shadows and readings are in
 * memory.
 *
 * @throws {RainhooksError} `stage-failed` when the port cannot be opened.
 */
export async function startNeo({ publisher, mqttPort, onProblem }: LocalNeoOptions): Promise<RunningNeo> {
  const clock = new RainmakerClock();
  const nowMs = () => clock.nowMs();
  const send = (to: NeoMessage["to"], message: JsonValue) =>
    publisher.publish({ to, body: JSON.stringify(message) });
  const cloud = neoCloud({
    iot: new LocalIot([...NEO_RULES, SESSION_ENDED_RULE], send, nowMs),
    readings: new ReadingsTable(nowMs),
    toQueue: (message) => send("queue", message),
  });
  const mqtt = await startMqtt(cloud, mqttPort, onProblem);
  return { ...runningBroker(mqtt, clock), publisher };
}

/**
 * Creates a publisher for the topics of a stage, and for the queue of its function that reads shadows and
 * readings.
 *
 * @throws {RainhooksError} `stage-failed` if the stage does not run that function.
 */
export function neoPublisherOf({
  clients,
  provisioned,
}: Pick<Stage, "clients" | "provisioned">): Publisher<NeoMessage> {
  const QueueUrl = provisioned.queues.get(neoEvents.name)?.queue.url;
  if (QueueUrl === undefined)
    throw new RainhooksError(
      "stage-failed",
      `The stage does not run ${neoEvents.name}, which reads RainMaker Neo.`,
    );
  return new Publisher(async ({ to, body }) => {
    if (to === "queue") await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
    else
      await publish(clients.sns, provisioned.topics, [{ type: to, body, attributes: {} }], () => undefined);
  });
}
