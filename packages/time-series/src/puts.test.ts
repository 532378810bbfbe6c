import { expect, test } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { TRIAL_NODE } from "@rainhooks/core/trial";
import { deliveryOf } from "@rainhooks/testing/samples";
import { putsOf, type TimeSeriesEvent } from "./puts.ts";

function marksOf(node_id: string): string[] {
  const ts_data = [{ name: "T.Temp", dt: "float", records: [{ t: 1_700_000_000, v: 1 }] }];
  const event = { event_type: "rmaker.event.node_ts_data", event_data: { node_id, ts_data } };
  const decoded = decode(deliveryOf(event));
  if (decoded.kind !== "event") throw new Error("It is an event.");
  const extra = [({ nodeId }: { readonly nodeId: string }) => ({ mark: { S: nodeId } })];
  const puts = putsOf(decoded.event as TimeSeriesEvent, 0, { isListed: () => false, extra });
  return puts.flatMap(({ mark }) => mark?.S ?? []);
}

test("extensions add to the readings of a node, and nothing to those of the doctor's trial", () => {
  expect(marksOf("kitchen")).toEqual(["kitchen"]);
  expect(marksOf(TRIAL_NODE)).toEqual([]);
});
