import { randomBytes, randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { RainhooksError } from "@rainhooks/core";
import { makeFolder } from "../folder.ts";
import { publish } from "../publish.ts";
import type { Stage } from "../stage.ts";
import { startMqtt } from "./mqtt.ts";
import { LocalRainmaker } from "./rainmaker.ts";
import { Accounts } from "./rest/accounts.ts";
import { createRestServer } from "./rest/server.ts";
import { openState } from "./state.ts";

/** The super admin that a new local RainMaker has. */
export const SUPER_ADMIN = "admin@rainmaker.local";

/** How to run a local RainMaker. */
export interface LocalRainmakerOptions {
  readonly stage: Pick<Stage, "clients" | "provisioned">;
  readonly dataDir: string;
  /** Ports of the REST API and of the MQTT broker; 0 takes a free one. */
  readonly restPort: number;
  readonly mqttPort: number;
  readonly casing: "pascal" | "snake";
  readonly onProblem: (text: string) => void;
}

/** A local RainMaker that runs. */
export interface RunningRainmaker {
  readonly baseUrl: string;
  readonly mqttUrl: string;
  /** File with the super admin's password, which only its owner reads. */
  readonly passwordFile: string;
  stop(): Promise<void>;
}

const HOST = "127.0.0.1";

/**
 * Starts a RainMaker on this machine: its REST API and an MQTT broker, on loopback only. It publishes to the stage's
 * topics as RainMaker does, through its filters.
 *
 * @throws {RainhooksError} `stage-failed` when a port is taken.
 */
export async function startRainmaker(options: LocalRainmakerOptions): Promise<RunningRainmaker> {
  const { stage, casing, onProblem } = options;
  const folder = join(options.dataDir, "rainmaker");
  await makeFolder(folder);
  const { state, file } = await openState(folder);
  const rainmaker = new LocalRainmaker({
    state,
    file,
    casing,
    nowMs: Date.now,
    newId: randomUUID,
    publish: async (message) => {
      await publish(stage.clients.sns, stage.provisioned.topics, [message], () => undefined);
    },
  });
  const accounts = new Accounts(state, Date.now);
  const passwordFile = join(folder, "admin-password");
  if (accounts.byName(SUPER_ADMIN) === undefined) {
    const password = randomBytes(12).toString("base64url");
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    accounts.add(SUPER_ADMIN, password, true);
    await rainmaker.save();
  }
  const rest = createRestServer(rainmaker, accounts, onProblem);
  await new Promise<void>((resolve, reject) => {
    rest.once("error", (cause) => reject(portTaken(options.restPort, cause)));
    rest.listen(options.restPort, HOST, resolve);
  });
  const mqtt = await startMqtt(rainmaker, options.mqttPort, onProblem).catch((cause: unknown) => {
    rest.close();
    throw portTaken(options.mqttPort, cause);
  });
  return {
    baseUrl: `http://${HOST}:${(rest.address() as AddressInfo).port}`,
    mqttUrl: `mqtt://${HOST}:${mqtt.port}`,
    passwordFile,
    stop: async () => {
      await mqtt.stop();
      rest.closeAllConnections();
      await new Promise((resolve) => rest.close(resolve));
      await rainmaker.save();
    },
  };
}

/** The password of the super admin, from its file. */
export async function readPassword({
  passwordFile,
}: Pick<RunningRainmaker, "passwordFile">): Promise<string> {
  return (await readFile(passwordFile, "utf8")).trim();
}

function portTaken(port: number, cause: unknown): RainhooksError {
  return new RainhooksError(
    "stage-failed",
    `Port ${port} of the local RainMaker cannot be opened; choose another.`,
    {
      cause,
    },
  );
}
