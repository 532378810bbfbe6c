import { randomBytes, randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { listen, makeFolder, stopInTurn } from "@rainhooks/local-aws";
import { Clock } from "./clock.ts";
import { type MqttFront, startMqtt } from "./mqtt.ts";
import type { Publisher } from "./publisher.ts";
import { LocalRainmaker } from "./rainmaker.ts";
import { Accounts } from "./rest/accounts.ts";
import { createRestServer } from "./rest/server.ts";
import { openState } from "./state.ts";

/** The super admin that a new local RainMaker has. */
export const SUPER_ADMIN = "admin@rainmaker.local";

/** How to run a local RainMaker. */
export interface LocalRainmakerOptions {
  /** Where its messages go. */
  readonly publisher: Publisher;
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
  readonly rainmaker: LocalRainmaker;
  readonly accounts: Accounts;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly nextConnection: MqttFront["nextConnection"];
  /** Has something done when RainMaker stops, before its broker does. */
  onStop(task: (quiet: boolean) => Promise<void>): void;
  /**
   * @param options With `quiet`, the connections that end now are no events: what a test looks at afterwards stays as it is.
   */
  stop(options?: { readonly quiet?: boolean }): Promise<void>;
}

/**
 * Starts a RainMaker on this machine: its REST API and an MQTT broker, on loopback only. It publishes as
 * RainMaker does, through its filters.
 *
 * @throws {RainhooksError} `stage-failed` when a port is taken.
 */
export async function startRainmaker(options: LocalRainmakerOptions): Promise<RunningRainmaker> {
  const { publisher, casing, onProblem } = options;
  const clock = new Clock();
  const folder = join(options.dataDir, "rainmaker");
  await makeFolder(folder);
  const { state, file } = await openState(folder);
  const rainmaker = new LocalRainmaker({
    state,
    file,
    casing,
    nowMs: () => clock.nowMs(),
    newId: randomUUID,
    publish: (message) => publisher.publish(message),
  });
  const accounts = new Accounts(state, Date.now);
  const passwordFile = join(folder, "admin-password");
  const kept = await readFile(passwordFile, "utf8").catch(() => "");
  if (!(await accounts.isPassword(SUPER_ADMIN, kept.trim()))) {
    const password = randomBytes(12).toString("base64url");
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    accounts.add(SUPER_ADMIN, password, true);
    await rainmaker.save();
  }
  const rest = createRestServer(rainmaker, accounts, onProblem);
  const baseUrl = `http://${await listen(rest, options.restPort, "--api-port")}`;
  const mqtt = await startMqtt(rainmaker, options.mqttPort, onProblem).catch((error: unknown) => {
    rest.close();
    throw error;
  });
  const tasks: ((quiet: boolean) => Promise<void>)[] = [];
  return {
    baseUrl,
    mqttUrl: mqtt.url,
    passwordFile,
    rainmaker,
    accounts,
    publisher,
    clock,
    nextConnection: mqtt.nextConnection,
    onStop: (task) => tasks.push(task),
    stop: async ({ quiet = false } = {}) => {
      if (quiet) mqtt.beQuiet();
      await stopInTurn([
        ...tasks.map((task) => () => task(quiet)),
        mqtt.stop,
        () => rest.closeAllConnections(),
        () => new Promise((resolve) => rest.close(resolve)),
        () => rainmaker.save(),
      ]);
    },
  };
}

/** The password of the super admin, from its file. */
export async function readPassword({
  passwordFile,
}: Pick<RunningRainmaker, "passwordFile">): Promise<string> {
  return (await readFile(passwordFile, "utf8")).trim();
}
