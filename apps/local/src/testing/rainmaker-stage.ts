import { publisherOf } from "@rainhooks/local/rainmaker/publisher";
import { SUPER_ADMIN } from "@rainhooks/local/rainmaker/rest/server";
import { type RunningRainmaker, startRainmaker } from "@rainhooks/local/rainmaker/start";
import { RainmakerClient } from "@rainhooks/rainmaker/client";
import mqtt from "mqtt";
import { startTestStage, type TestStage } from "./test-stage.ts";

/** A stage with a local RainMaker in front of it, and a super admin who is logged in. */
export interface RainmakerStage extends TestStage {
  readonly rainmaker: RunningRainmaker;
  readonly client: RainmakerClient;
  /** Connects a node with a public MQTT client. */
  connect(nodeId: string): Promise<mqtt.MqttClient>;
}

/**
 * Starts a stage and a local RainMaker.
 *
 * @param disconnectReasons True: it is published why nodes disconnect.
 */
export async function startRainmakerStage(
  casing: "pascal" | "snake" = "pascal",
  disconnectReasons = false,
): Promise<RainmakerStage> {
  const running = await startTestStage();
  const { stage, dataDir } = running;
  const problems: string[] = [];
  const rainmaker = await startRainmaker({
    publisher: publisherOf(stage),
    dataDir,
    casing,
    disconnectReasons,
    onProblem: (text) => problems.push(text),
  });
  const client = new RainmakerClient({ baseUrl: rainmaker.baseUrl });
  await client.login(SUPER_ADMIN, rainmaker.password);
  return {
    ...running,
    problems,
    rainmaker,
    client,
    connect: (nodeId) =>
      mqtt.connectAsync(rainmaker.mqttUrl, { clientId: nodeId, reconnectPeriod: 0 }),
    stop: async () => {
      await rainmaker.stop();
      await running.stop();
    },
  };
}
