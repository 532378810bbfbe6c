import type { JsonValue } from "@rainhooks/core/json";
import type { Stage } from "@rainhooks/local/aws/stage/stage";
import { LocalIot } from "@rainhooks/local/rainmaker/iot/local-iot";
import { startMqtt } from "@rainhooks/local/rainmaker/mqtt";
import { Publisher } from "@rainhooks/local/rainmaker/publisher";
import { RainmakerClock, runningBroker } from "@rainhooks/local/rainmaker/running-broker";
import type { FleetSource, OpenSource } from "@rainhooks/local/source";
import { SESSION_ENDED_RULE } from "@rainhooks/rainmaker/iot-rules";
import { archivedMessages, fleetMessage, type NeoMessage, sendToStage } from "../fleet/messages.ts";
import { type RunningNeo, simulateNeo } from "../fleet/simulate-neo.ts";
import { NEO_RULES } from "../iot-rules.ts";
import { neoCloud, ReadingsTable } from "./neo-cloud.ts";

/**
 * Starts a RainMaker Neo on this machine, as far as a stage sees it: an MQTT broker with shadows
 * and presence, on loopback only, and the rules of AWS IoT that a stage in AWS has. Shadows and
 * readings are in memory.
 *
 * @param mqttPort Port of the MQTT broker; 0 selects a free one.
 * @throws {RainhooksError} `stage-failed` when the port cannot be opened.
 */
export async function startNeo(
  stage: Pick<Stage, "clients" | "provisioned">,
  mqttPort: number,
  onProblem: (text: string) => void,
): Promise<RunningNeo> {
  const publisher = new Publisher<NeoMessage>(async (message) => {
    await sendToStage(stage, [fleetMessage(message)]);
  });
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

/** Starts a local RainMaker Neo for a stage. */
export const openSource: OpenSource = async (stage, { mqttPort }, onProblem) => {
  const running = await startNeo(stage, mqttPort, onProblem);
  return {
    ...fleetOf(running),
    line: `  RainMaker Neo ${running.mqttUrl} (shadows, presence, readings)`,
    stop: running.stop,
  };
};

/** Returns how nodes of a local RainMaker Neo are simulated. */
export function fleetOf(running: RunningNeo): FleetSource {
  return {
    simulate: async (stage, options, onSent) => ({
      ...(await simulateNeo(running, options, (messages) => sendToStage(stage, messages, onSent))),
      rules: [],
    }),
    accepted: archivedMessages,
  };
}
