import { DAY_MS } from "@rainhooks/core/durations";
import { startTables } from "@rainhooks/embedded-dynamodb/test-tables";
import type { Alarm } from "@rainhooks/extensions/alarms/alarms/alarm";
import { listAlarmsRaised } from "@rainhooks/extensions/alarms/alarms/list-alarms";
import { livesOf, type Week } from "./lives.ts";
import { playWeek } from "./play.ts";
import { randomFrom } from "./random.ts";
import { rulesOf } from "./reference.ts";
import { type AlarmMessage, WeekStage } from "./stage.ts";

/** Decides what happens to the nodes: the same in each play. */
export const LIVES_SEED = 1;

/** More alarms than a week has. */
const MAX_ALARMS = 1_000_000;

/** What a stage has after a week. */
export interface PlayedWeek {
  readonly alarms: readonly Alarm[];
  readonly messages: readonly AlarmMessage[];
  readonly kills: number;
  /** Messages that are left in the queue and in the dead-letter queue. */
  readonly left: number;
  /** When the play ended, epoch milliseconds. */
  readonly endMs: number;
}

/**
 * Plays a week with a stage of its own.
 *
 * @param seed Decides the order of deliveries, faults and kills.
 */
export async function playedWeek(
  week: Week,
  seed: number,
  say: (text: string) => void,
): Promise<PlayedWeek> {
  const startedMs = performance.now();
  const sayTimed = (text: string) =>
    say(`shuffle ${seed}, ${Math.round((performance.now() - startedMs) / 1000)} s: ${text}\n`);
  const tables = await startTables();
  try {
    const random = randomFrom(seed);
    const stage = await WeekStage.start(tables, rulesOf(week), week.startMs, random);
    const onDay = (day: number) => sayTimed(`day ${day}`);
    const deliveries = await playWeek(stage, week, livesOf(week, LIVES_SEED), random, onDay);
    const alarms = await storedAlarms(stage, week.startMs);
    const retracted = alarms.filter(({ retractedMs }) => retractedMs !== undefined).length;
    sayTimed(
      `${deliveries} deliveries, ${alarms.length - retracted} alarms, ${retracted} retracted`,
    );
    const left = stage.queue.peek().length + stage.deadLetters.peek().length;
    return { alarms, messages: stage.messages, kills: stage.kills, left, endMs: stage.nowMs };
  } finally {
    await tables.stop();
  }
}

async function storedAlarms(
  { alarms: table, nowMs }: WeekStage,
  fromMs: number,
): Promise<readonly Alarm[]> {
  const range = { fromMs, toMs: nowMs + DAY_MS };
  return (await listAlarmsRaised(table, range, { limit: MAX_ALARMS, nowMs })).alarms;
}
