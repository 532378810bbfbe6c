import { callApi } from "@rainhooks/local/fleet/people";
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
  /** Calls the REST API with a token. */
  call(token: string, method: string, path: string, body?: object): Promise<Record<string, string>>;
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

  const call = (token: string, method: string, path: string, body?: object) =>
    callApi(rainmaker.baseUrl, token, method, path, body);

  return {
    ...running,
    problems,
    rainmaker,
    client,
    adminToken,
    call,
    user: async (name) => {
      const password = `password of ${name}`;
      const { user_id: id = "" } = await call(adminToken, "POST", "/admin/users", {
        user_name: name,
        password,
      });
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
