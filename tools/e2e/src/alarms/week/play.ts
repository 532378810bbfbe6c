import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import type { Life, Week } from "./lives.ts";
import { shuffle } from "./random.ts";
import type { FunctionName, Kill, WeekStage } from "./stage.ts";

const FAULT_SHARE = 0.05;
const LATE_SHARE = 0.01;
const LATE_MS = 2 * HOUR_MS;
const TWICE_SHARE = 0.1;
/**
 * After the last event: until everything that is late has come, is evaluated, and every time has
 * passed.
 */
const REST_MIN = 200;

/**
 * Plays a fleet minute by minute, with a sweep in each. A share of the calls and sweeps fail,
 * functions are killed, node status fails as a whole for two tenths of the time, and the stage is
 * once stopped for half an hour.
 *
 * @param random Decides the delays, copies, order, faults and kills.
 * @param onDay Is called after each day that was played.
 * @returns The number of deliveries.
 */
export async function playWeek(
  stage: WeekStage,
  week: Week,
  lives: readonly Life[],
  random: () => number,
  onDay: (day: number) => void,
): Promise<number> {
  const arrivals = arrivalsOf(week, lives, random);
  const minutes = week.days * 1440;
  const kills = killsOf(week, random);
  const stopped = minutes * (0.2 + 0.6 * random());
  let deliveries = 0;
  for (let minute = 0; minute <= minutes + REST_MIN; minute += 1) {
    stage.nowMs = week.startMs + minute * MINUTE_MS;
    stage.faultShare = minute <= minutes ? FAULT_SHARE : 0;
    stage.trouble = troubleAt(minute / minutes);
    const due = arrivals.get(minute) ?? [];
    arrivals.delete(minute);
    shuffle(due, random);
    for (const delivery of due) stage.publish(delivery);
    deliveries += due.length;
    for (const [name, kill] of kills.get(minute) ?? []) stage.kill(name, kill);
    if (minute < stopped || minute > stopped + 30) await playMinute(stage, random);
    if (minute % 1440 === 0) onDay(minute / 1440);
  }
  return deliveries;
}

/** Returns what is wrong with node status after a part of the time. */
function troubleAt(part: number): WeekStage["trouble"] {
  if (part > 0.05 && part < 0.15) return "code";
  return part > 0.85 && part < 0.95 ? "calls" : undefined;
}

/** In AWS, both functions run at the same time, or one after the other. */
async function playMinute(stage: WeekStage, random: () => number): Promise<void> {
  if (random() < 0.5) {
    await Promise.all([stage.handle(), stage.sweep()]);
    return;
  }
  await stage.handle();
  await stage.sweep();
}

/** Half of the kills end the function of node status, half of them a sweep. */
function killsOf(week: Week, random: () => number): Map<number, [FunctionName, Kill][]> {
  const minutes = week.days * 1440;
  const byMinute = new Map<number, [FunctionName, Kill][]>();
  for (let index = 0; index < week.kills; index += 1) {
    const name = index % 2 === 0 ? "node-status" : "watch";
    const minute = 1 + Math.floor(((index + random()) * (minutes - 1)) / week.kills);
    const outcome = random() < 0.5 ? "killed before" : "killed after";
    const kill = { atCall: 1 + Math.floor(random() * 60), outcome } as const;
    byMinute.set(minute, [...(byMinute.get(minute) ?? []), [name, kill]]);
  }
  return byMinute;
}

/**
 * Returns how late a delivery comes: one of a hundred two hours, and the only one of a node when
 * its silence has been an alarm for more than an hour.
 */
function delayMsOf({ quietHours }: Week, life: Life, random: () => number): number {
  if (life.length === 0) return (quietHours + 3.5) * HOUR_MS;
  return random() < LATE_SHARE ? LATE_MS : random() * 30 * SECOND_MS;
}

/**
 * Returns the deliveries of a fleet by the minute in which they arrive: late, and one of ten twice.
 */
function arrivalsOf(
  week: Week,
  lives: readonly Life[],
  random: () => number,
): Map<number, Delivery[]> {
  const { startMs } = week;
  const byMinute = new Map<number, Delivery[]>();
  const add = (atMs: number, delivery: Delivery) => {
    const minute = Math.ceil((atMs - startMs) / MINUTE_MS);
    const arrivals = byMinute.get(minute) ?? [];
    byMinute.set(minute, arrivals);
    arrivals.push(delivery);
  };
  for (const [node, life] of lives.entries())
    for (const [index, atMs] of [startMs, ...life].entries()) {
      const arrivesMs = Math.ceil(atMs + delayMsOf(week, life, random));
      // Late to be published, or to be delivered.
      const sentAtMs = random() < 0.5 ? atMs : arrivesMs;
      const delivery = deliveryOf(`n${node}`, typeOf(life, index), atMs, sentAtMs);
      add(arrivesMs, delivery);
      if (life.length === 0 || random() >= TWICE_SHARE) continue;
      const againMs = Math.ceil(sentAtMs + random() * 30 * MINUTE_MS);
      // Delivered twice, or published twice.
      add(
        againMs,
        random() < 0.5 ? delivery : { ...delivery, id: `${delivery.id}-again`, sentAtMs: againMs },
      );
    }
  return byMinute;
}

/** Returns each delivery once, as it was published without delay. */
export function* deliveriesOf({ startMs }: Week, lives: readonly Life[]): Generator<Delivery> {
  for (const [node, life] of lives.entries())
    for (const [index, atMs] of [startMs, ...life].entries())
      yield deliveryOf(`n${node}`, typeOf(life, index), atMs, atMs);
}

/** A node is online first. */
function typeOf(life: Life, index: number): string {
  if (life.length === 0) return "node_params_changed";
  return index % 2 === 0 ? "node_connected" : "node_disconnected";
}

function deliveryOf(node_id: string, type: string, timestamp: number, sentAtMs: number): Delivery {
  return {
    id: `${node_id}-${timestamp}`,
    sentAtMs,
    topic: `esp_rainmaker_sns_${type}`,
    attributes: {},
    body: JSON.stringify({
      event_type: `rmaker.event.${type}`,
      timestamp,
      event_data: { node_id, params: {} },
    }),
  };
}
