import { changes, get } from "@rainhooks/page/api";
import { type Reading, useReading } from "@rainhooks/page/live";
import { nowMs } from "@rainhooks/page/time";
import type { AlarmOfPage, AlarmsAnswer } from "./alarms.ts";

const EVERY_MS = 10_000;

/** Reads alarms every few seconds while a component is shown. */
export function useAlarms(params: {
  readonly state?: string;
  readonly limit: number;
}): Reading<AlarmsAnswer> {
  return useReading<AlarmsAnswer>(
    (signal) => get("/v1/alarms", { ...params }, signal),
    () => EVERY_MS,
    [changes.value, params.state],
  );
}

/** True while nothing is sent about an alarm, whether somebody has acknowledged it or not. */
export function isShelved({ shelvedUntilMs = 0 }: AlarmOfPage): boolean {
  return shelvedUntilMs > nowMs.value;
}
