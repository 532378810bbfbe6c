import { publisherOf } from "@rainhooks/local/rainmaker/publisher";
import {
  type RunningRainmaker,
  readPassword,
  SUPER_ADMIN,
  startRainmaker,
} from "@rainhooks/local/rainmaker/start";
import { RainmakerClient } from "@rainhooks/rainmaker/client";
import mqtt from "mqtt";
import { startTestStage, type TestStage } from "./test-stage.ts";

/** A stage with a local RainMaker in front of it, and a super admin who is logged in. */
export interface RainmakerStage extends TestStage {
  readonly rainmaker: RunningRainmaker;
  readonly client: RainmakerClient;
  /** Creates a user and logs in. */
  user(name: string): Promise<{ id: string; token: string }>;
  readonly adminToken: string;
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
    restPort: 0,
    mqttPort: 0,
    casing,
    disconnectReasons,
    onProblem: (text) => problems.push(text),
  });
  const client = new RainmakerClient({ baseUrl: rainmaker.baseUrl });
  const { accessToken: adminToken } = await client.login(SUPER_ADMIN, await readPassword(rainmaker));

  return {
    ...running,
    problems,
    rainmaker,
    client,
    adminToken,
    user: async (name) => {
      const password = `password of ${name}`;
      const { id } = rainmaker.accounts.add(name, password, false);
      const { accessToken } = await new RainmakerClient({ baseUrl: rainmaker.baseUrl }).login(name, password);
      return { id, token: accessToken };
    },
    connect: (nodeId) => mqtt.connectAsync(rainmaker.mqttUrl, { clientId: nodeId, reconnectPeriod: 0 }),
    stop: async () => {
      await rainmaker.stop();
      await running.stop();
    },
  };
}
