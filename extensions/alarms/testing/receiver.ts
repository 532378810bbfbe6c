import { expect } from "@jest/globals";
import type { AlarmEvent } from "../sweep/alarm-event.ts";
import type { PlayedStage } from "./played-stage.ts";

/**
 * A receiver that takes each event once has the same open alarms as the table, and is told nothing
 * that it knows.
 */
export function expectReceiverKnows(stage: PlayedStage, open: readonly string[]): void {
  const known = new Set<string>();
  for (const { notice, alarms } of firstOfEach(stage.sent)) {
    for (const { alarm_id, was, end } of alarms) {
      if (notice === "raised") expect(known).not.toContain(alarm_id);
      if (notice === "retracted" || end !== undefined) known.delete(alarm_id);
      else known.add(alarm_id);
      if (was !== undefined) known.delete(was);
    }
  }
  expect([...known].toSorted()).toEqual([...open].toSorted());
}

/** Events without repetitions: two with the same id must say the same. */
function firstOfEach(sent: readonly AlarmEvent[]): AlarmEvent[] {
  const byId = new Map<string, AlarmEvent>();
  for (const event of sent) {
    expect(event).toEqual(byId.get(event.id) ?? event);
    if (!byId.has(event.id)) byId.set(event.id, event);
  }
  return [...byId.values()];
}
