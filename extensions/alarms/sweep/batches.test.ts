import { expect, it } from "@jest/globals";
import type { AlarmNotice } from "./alarm-event.ts";
import { batchesOf, messagesOf } from "./sender.ts";

const MAX_ITEM_BYTES = 400 * 1024;

/** An event about alarms; one of an outage lists the nodes that are away. */
function eventOf(index: number, alarms: number, members?: readonly string[]): AlarmNotice {
  const ids = Array.from({ length: alarms }, (_, alarm) => `alarm-${index}-${alarm}`);
  return {
    event: {
      id: `e${index}`,
      timestamp: 0,
      notice: "raised",
      rule: "r",
      version: 1,
      kind: "outage",
      severity: "critical",
      alarms: ids.map((alarm_id) => ({ alarm_id, node_id: "n", start: 0, raised: 0, members })),
    },
    revisions: ids.map(() => 1),
  };
}

it("batches of alarm events fit in an item of the table each, with all their events once", () => {
  const members = Array.from({ length: 100 }, (_, index) => `node-${index}-${"x".repeat(40)}`);
  const outages = Array.from({ length: 300 }, (_, index) => eventOf(index, 1, members));
  const many = Array.from({ length: 3 }, (_, index) => eventOf(1000 + index, 150));
  const batches = batchesOf([...outages, ...many]);
  expect(batches.flat().map(({ event }) => event.id)).toEqual(
    [...outages, ...many].map(({ event }) => event.id),
  );
  for (const batch of batches) {
    expect(JSON.stringify(batch).length).toBeLessThan(MAX_ITEM_BYTES);
    expect(messagesOf(batch).length).toBeLessThanOrEqual(200);
  }
  expect(batches.length).toBeLessThan(20);
  expect(batchesOf([])).toEqual([]);
});
