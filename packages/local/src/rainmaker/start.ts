import { randomBytes, randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isJsonObject } from "@rainhooks/core/json";
import { SESSION_ENDED_RULE } from "@rainhooks/rainmaker/iot-rules";
import { makeFolder } from "../aws/folder.ts";
import { closeAtOnce, listen } from "../aws/local-server.ts";
import { LocalIot, type RuleAction } from "./iot/local-iot.ts";
import { startMqtt } from "./mqtt.ts";
import { classicCloud } from "./node-topics.ts";
import type { Publisher } from "./publisher.ts";
import { LocalRainmaker } from "./rainmaker.ts";
import { createRestServer } from "./rest/server.ts";
import { RainmakerClock, type RunningBroker, runningBroker } from "./running-broker.ts";
import { openState } from "./state.ts";

/** Options of a local RainMaker. */
export interface LocalRainmakerOptions {
  /** Publishes its messages. */
  readonly publisher: Publisher;
  readonly dataDir: string;
  /** Ports of the REST API and of the MQTT broker; 0 selects a free port. @defaultValue 0 */
  readonly restPort?: number;
  readonly mqttPort?: number;
  readonly casing: "pascal" | "snake";
  /**
   * True: it is published why sessions of nodes end, as a rule of AWS IoT does. @defaultValue false
   */
  readonly disconnectReasons?: boolean;
  readonly onProblem: (text: string) => void;
}

/** A running local RainMaker. */
export interface RunningRainmaker extends RunningBroker {
  readonly baseUrl: string;
  /** File with the super admin's password, which only its owner can read. */
  readonly passwordFile: string;
  readonly password: string;
  readonly rainmaker: LocalRainmaker;
  readonly publisher: Publisher;
}

/**
 * Starts a RainMaker on this machine: its REST API and an MQTT broker, on loopback only. Like
 * RainMaker, it publishes only events that pass its filters.
 *
 * @throws {RainhooksError} `stage-failed` when a port cannot be opened.
 */
export async function startRainmaker(options: LocalRainmakerOptions): Promise<RunningRainmaker> {
  const { publisher, casing, restPort = 0, mqttPort = 0, onProblem } = options;
  const clock = new RainmakerClock();
  const folder = join(options.dataDir, "rainmaker");
  await makeFolder(folder);
  const { state, save } = await openState(folder);
  const rainmaker = new LocalRainmaker({
    state,
    save,
    casing,
    nowMs: () => clock.nowMs(),
    newId: randomUUID,
    publish: (message) => publisher.publish(message),
  });
  const passwordFile = join(folder, "admin-password");
  const password = await ensurePassword(passwordFile);
  const rest = createRestServer(rainmaker, password, onProblem);
  const baseUrl = `http://${await listen(rest, restPort, "--api-port")}`;
  const iot = options.disconnectReasons
    ? new LocalIot([SESSION_ENDED_RULE], publishSelected(publisher), () => clock.nowMs())
    : undefined;
  const cloud = classicCloud(rainmaker, iot);
  const mqtt = await startMqtt(cloud, mqttPort, onProblem).catch((error: unknown) => {
    rest.close();
    throw error;
  });
  return {
    ...runningBroker(mqtt, clock, [() => closeAtOnce(rest), () => rainmaker.save()]),
    baseUrl,
    passwordFile,
    password,
    rainmaker,
    publisher,
  };
}

/**
 * Publishes what a rule of AWS IoT selects, as a message like RainMaker's. Its filters do not apply
 * to it.
 */
function publishSelected(publisher: Publisher): RuleAction {
  return async (to, selected) => {
    const { timestamp, event_data: data } = isJsonObject(selected) ? selected : {};
    if (to === "queue" || !isJsonObject(data)) return;
    const frame = { type: to, atMs: Number(timestamp), userId: undefined, data };
    await publisher.publish({
      type: to,
      body: JSON.stringify(selected),
      attributes: {},
      saidAtMs: frame.atMs,
      frame,
    });
  };
}

/** Returns the password of the super admin; it is made at the first start. */
async function ensurePassword(file: string): Promise<string> {
  const kept = (await readFile(file, "utf8").catch(() => "")).trim();
  if (kept !== "") return kept;
  const password = randomBytes(12).toString("base64url");
  await writeFile(file, `${password}\n`, { mode: 0o600 });
  return password;
}
