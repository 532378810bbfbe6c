import { PublishCommand } from "@aws-sdk/client-sns";
import { SHIPPED } from "@rainhooks/app-list";
import { waitingRecords } from "@rainhooks/app-local/run-fleet";
import {
  startTestStage,
  type TestStage,
  UNSCHEDULED_FUNCTIONS,
} from "@rainhooks/app-local/testing/test-stage";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { withShortWaits } from "@rainhooks/local/aws/stage/short-waits";
import { publisherOf } from "@rainhooks/local/rainmaker/publisher";
import { SUPER_ADMIN } from "@rainhooks/local/rainmaker/rest/server";
import { startRainmaker } from "@rainhooks/local/rainmaker/start";
import { takeSample } from "@rainhooks/node-status/fleet/take-sample";
import { fleetSamplesTable, nodeStatusTable } from "@rainhooks/node-status/node-status-tables";
import { writeBuffered } from "@rainhooks/stage/local-endpoint";
import { eventually } from "@rainhooks/testing/eventually";
import { startReceiver } from "@rainhooks/testing/receiver";
import { deployedName } from "@rainhooks/webhook/names";
import { runCommand } from "../cli/testing/run-command.ts";
import { PLAYS } from "../lists/plays.ts";

/** A time of day, long enough before now that all has happened, whenever the test runs. */
const TIME_OF_DAY_MS = 3 * HOUR_MS;
const SETTLED_MS = HOUR_MS;

/**
 * The end of what was played: a day's same time, so that hours and days have the same events on
 * each run.
 */
export const PLAYED_TO_MS =
  Math.floor((Date.now() - TIME_OF_DAY_MS - SETTLED_MS) / DAY_MS) * DAY_MS + TIME_OF_DAY_MS;

/** A time before all of it, at none of the full minutes that something now begins with. */
export const PLAYED_FROM_MS = PLAYED_TO_MS - 237 * MINUTE_MS;

/** How its destinations are added: one accepts its events, the other refuses all. */
export const DESTINATIONS = [
  "crm --url {receiver}/crm --events alert,node_disconnected --description Customers",
  "erp --url {receiver}/fails --events alert --schedule 10h --json",
];

/** What devices have told: minutes before the end, type and data. */
const EVENTS: readonly (readonly [minutesAgo: number, type: string, data: object])[] = [
  [170, "node_config_changed", configOf("lamp-1", "Kitchen", "1.0")],
  [169, "node_config_changed", configOf("lamp-2", "Hall", "2.0")],
  [168, "node_config_changed", configOf("plug-1", "Cellar", "2.0")],
  [167, "node_config_changed", configOf("plug-2", "Shed", "2.0")],
  [160, "user_node_added", { user_id: "ann-1", user_role: "primary", nodes: ["lamp-1", "lamp-2"] }],
  [159, "new_tags_added", { nodes: ["lamp-1", "plug-1"], tags: ["site:home"] }],
  [150, "node_connected", { node_id: "lamp-1" }],
  [149, "node_connected", { node_id: "lamp-2" }],
  [148, "node_connected", { node_id: "plug-1" }],
  [120, "node_ts_data", readingsOf("lamp-1", [120, 90, 60], [10, 20, 40])],
  // In this order no sweep for alarms sees it offline.
  [100, "node_connected", { node_id: "lamp-1" }],
  [110, "node_disconnected", { node_id: "lamp-1" }],
  [
    90,
    "node_params_changed",
    { node_id: "lamp-1", payload: { Light: { Power: true, Brightness: 75 } } },
  ],
  [60, "node_disconnected", { node_id: "plug-1" }],
];
/** The last one, which a destination does not take. */
const ALERT = { node_id: "lamp-2", user_id: "ann-1", message_body: { "esp.alert.str": "Too hot" } };

function configOf(node_id: string, name: string, fw_version: string): object {
  return { node_id, config: { info: { name, fw_version, type: "light", model: "esp32-c3" } } };
}

function readingsOf(
  node_id: string,
  minutesAgo: readonly number[],
  values: readonly number[],
): object {
  const records = minutesAgo.map((ago, index) => ({
    t: (PLAYED_TO_MS - ago * MINUTE_MS) / 1000,
    v: values[index],
  }));
  return { node_id, ts_data: [{ name: "Light.Brightness", dt: "int", records }] };
}

/**
 * A stage with a fixed set of events, nodes, destinations, rules and alarms, and what it talks to.
 */
export interface PlayedStage extends TestStage {
  readonly receiverUrl: string;
  /** Waits until no record waits for a function, but for retries, and what is archived is there. */
  settle(): Promise<void>;
}

/**
 * Starts a stage with all that commands and the console show.
 *
 * @param prepare What shall be there before the events.
 */
export async function playStage(
  prepare: (stage: PlayedStage) => Promise<void>,
): Promise<PlayedStage> {
  const scheduled = PLAYS.flatMap((one) => one.scheduled ?? []).map(withShortWaits);
  // One round is made, before there is anything to find.
  const rounds = SHIPPED.flatMap((one) =>
    one.trigger === "rate" && one.name === "rounds" ? [{ ...one, everyMinutes: 1440 }] : [],
  );
  const running = await startTestStage({
    functions: [...UNSCHEDULED_FUNCTIONS, ...scheduled, ...rounds],
  });
  const { stage, dataDir } = running;
  const receiver = await startReceiver(({ path }, response) => {
    response.writeHead(path.startsWith("/fails") ? 500 : 200).end("seen");
  });
  const rainmaker = await startRainmaker({
    publisher: publisherOf(stage),
    dataDir,
    casing: "pascal",
    onProblem: () => undefined,
  });
  const { baseUrl, mqttUrl, passwordFile } = rainmaker;
  await stage.announce({ baseUrl, mqttUrl, passwordFile, user: SUPER_ADMIN });
  const played: PlayedStage = {
    ...running,
    receiverUrl: receiver.url,
    settle: async () => {
      await eventually(
        () => waitingRecords(stage),
        (count) => count === 0,
      );
      await writeBuffered(stage.endpoint);
    },
    stop: async () => {
      await rainmaker.stop({ quiet: true });
      await receiver.stop();
      await running.stop();
    },
  };
  for (const { beforeGolden } of PLAYS) await beforeGolden?.(stage);
  await prepare(played);
  await playEvents(played);
  return played;
}

/** Adds the destinations, where it does not matter what that prints. */
export async function addDestinations({ dataDir, receiverUrl }: PlayedStage): Promise<void> {
  for (const line of DESTINATIONS) {
    const words = line.replace("{receiver}", receiverUrl).split(" ");
    await runCommand(["destinations", "add", ...words, "--data", dataDir]);
  }
}

/**
 * Returns what only this run of the stage knows, by the names that golden files have for it. It
 * waits for the alarm and the attempts.
 */
export async function factsOf({ dataDir, receiverUrl }: PlayedStage): Promise<Map<string, string>> {
  const json = async (...args: string[]) =>
    JSON.parse((await runCommand([...args, "--json", "--data", dataDir])).out);
  const first = async (list: string, ...args: string[]) => {
    const found = () => json(...args);
    return (await eventually(found, (result) => result[list].length > 0))[list][0];
  };
  const { alarmId } = await first("alarms", "alarms", "ls");
  const letter = await first("letters", "dlq", "show", "forward");
  const { messageId } = await first("letters", "dlq", "show", "node-status");
  const facts: Readonly<Record<string, string>> = {
    data: dataDir,
    receiver: receiverUrl,
    alarm: alarmId,
    message: messageId,
    letter: letter.deliveryId,
    letterMs: `${letter.publishedAtMs}`,
    attempt: (await first("attempts", "attempts", "ls", "--destination", "erp")).id,
    delivered: (await first("attempts", "attempts", "ls", "--destination", "crm")).id,
    from: new Date(PLAYED_FROM_MS).toISOString(),
    to: new Date(PLAYED_TO_MS).toISOString(),
  };
  return new Map(Object.entries(facts));
}

/**
 * Publishes the events. What lies on full ten minutes is handled and archived before the next one
 * comes.
 */
async function playEvents({ stage, settle }: PlayedStage): Promise<void> {
  const publish = async (type: string, Message: string) => {
    const [, TopicArn] =
      [...stage.provisioned.topics].find(([event]) => event.endsWith(`.${type}`)) ?? [];
    await stage.clients.sns.send(new PublishCommand({ TopicArn, Message }));
  };
  const bodyOf = (minutesAgo: number, type: string, event_data: object) => {
    const timestamp = PLAYED_TO_MS - minutesAgo * MINUTE_MS;
    return JSON.stringify({ event_type: `rmaker.event.${type}`, timestamp, event_data });
  };
  for (const [minutesAgo, type, data] of EVENTS) {
    await publish(type, bodyOf(minutesAgo, type, data));
    if (minutesAgo % 10 === 0) await settle();
  }
  await publish("alert", "{ broken");
  await settle();
  await publish("alert", bodyOf(50, "alert", ALERT));
  await settle();
  const tableName = deployedName("local", nodeStatusTable.name);
  const samplesTableName = deployedName("local", fleetSamplesTable.name);
  const tables = { client: stage.clients.dynamodb, tableName, samplesTableName };
  await takeSample({ ...tables, nowMs: PLAYED_TO_MS, countAllEveryMs: 0 });
}
