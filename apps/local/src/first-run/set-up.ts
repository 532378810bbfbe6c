import { setTimeout as pause } from "node:timers/promises";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { alarmTableOf, ruleTableOf } from "@rainhooks/extensions/alarms/operations/tables";
import { readRule } from "@rainhooks/extensions/alarms/rule/read-rule";
import { changeWatchRule } from "@rainhooks/extensions/alarms/rules/rule-store";
import { holdAlarms } from "@rainhooks/extensions/alarms/sweep/progress";
import { giveDestination } from "@rainhooks/extensions/forwarding/operations/give-destination";
import { newSigningSecret } from "@rainhooks/extensions/forwarding/secrets/rotate";
import { handledUntilMs } from "@rainhooks/extensions/repair/archived/handled-until";
import { planReplay } from "@rainhooks/extensions/repair/replay/plan-replay";
import { REPLAY_DEFAULTS } from "@rainhooks/extensions/repair/replay/request";
import { startReplay } from "@rainhooks/extensions/repair/replay/run-job";
import { fillPastSamples } from "@rainhooks/node-status/fleet/past-samples";
import { fleetSamplesTable, nodeStatusTable } from "@rainhooks/node-status/node-status-tables";
import { queuedOf, type ReachedStage, tableOf } from "@rainhooks/stage/reached";
import { RECEIVER_PATHS } from "./receivers.ts";

/** Longer than a first fleet has lived. */
const EARLIER_DAYS = 30;

/** Rules that find something in the first fleet, as one writes them. */
const RULES = [
  { name: "offline-30m", kind: "offline", for: "30m", severity: "medium", description: "A node is gone." },
  {
    ...{ name: "too-hot", kind: "threshold", series: "Temperature Sensor.Temperature", above: 24.5 },
    ...{ hysteresis: 0.5, severity: "high", description: "A room is too warm." },
  },
  {
    ...{ name: "site-down", kind: "outage", by: "tag", share: 0.7, count: 5, severity: "critical" },
    ...{ for: "5m", description: "Most nodes of a site are offline at once." },
  },
];

/** Destinations of the first run: one that works, and one whose receiver is down. */
const DESTINATIONS = [
  {
    ...{ id: "crm", path: RECEIVER_PATHS.works, events: ["alert", "user_node_added", "alarm_changed"] },
    ...{ description: "Works: a receiver in this process.", schedule: undefined },
  },
  {
    ...{ id: "legacy-erp", path: RECEIVER_PATHS.fails, events: ["alert"] },
    ...{ description: "Fails on purpose: its receiver responds with 503.", schedule: [5, 30] },
  },
];

/** Adds the rules of a first run, so that its fleet is their history. */
export async function addRules(reached: ReachedStage): Promise<void> {
  const fromMs = Date.now() - EARLIER_DAYS * DAY_MS;
  for (const rule of RULES) {
    const read = readRule(JSON.stringify(rule));
    await changeWatchRule(ruleTableOf(reached), read.name, { status: "in-force", rule: read }, fromMs);
  }
}

/** Adds the destinations of a first run. */
export async function addDestinations(reached: ReachedStage, receiverPort: number): Promise<void> {
  for (const { id, path, events, description, schedule } of DESTINATIONS) {
    const secrets = {
      url: `http://127.0.0.1:${receiverPort}${path}`,
      signingSecrets: [{ secret: newSigningSecret() }],
      headers: {},
    };
    await giveDestination(reached, { id, events, description, ...(schedule && { schedule }) }, secrets);
  }
}

const SAMPLE_EVERY_MS = 900 * SECOND_MS;

/** Stores the samples that the stage would have taken while the fleet lived. */
export async function addSamples(reached: ReachedStage, startMs: number): Promise<void> {
  const toMs = Date.now();
  await fillPastSamples({
    client: reached.clients.dynamodb,
    tableName: tableOf(reached, nodeStatusTable.name),
    samplesTableName: tableOf(reached, fleetSamplesTable.name),
    ...{ fromMs: startMs, toMs: toMs - SAMPLE_EVERY_MS, everyMs: SAMPLE_EVERY_MS },
  });
}

/** Sends what connected to node-status once more, when all of it is archived. */
export async function replayConnections(reached: ReachedStage, signal: AbortSignal): Promise<void> {
  const nowMs = Date.now();
  const question = {
    ...{ webhook: "node-status", ...REPLAY_DEFAULTS, fromMs: nowMs - DAY_MS, toMs: nowMs, wait: true },
    events: ["rmaker.event.node_connected" as const],
  };
  await startReplay(reached, await planReplay(reached, question, { signal }), { signal });
  const { queueUrl = "" } = queuedOf(reached, "node-status");
  const isHandled = async () => (await handledUntilMs(reached, [queueUrl])) >= nowMs;
  for (const untilMs = Date.now() + MAX_WAIT_MS; Date.now() < untilMs && !(await isHandled()); )
    await pause(LOOK_EVERY_MS, undefined, { signal });
}

/** What has not been handled then is tried again and again, and alarms do not wait for it. */
const MAX_WAIT_MS = MINUTE_MS;
const LOOK_EVERY_MS = 200;

/**
 * Lets alarms wait until the past of the fleet is there, or go on: what comes all at once would raise what
 * had ended.
 */
export async function holdAlarmsOf(reached: ReachedStage, waits: boolean): Promise<void> {
  await holdAlarms(alarmTableOf(reached), "node-status", waits, Date.now());
}
