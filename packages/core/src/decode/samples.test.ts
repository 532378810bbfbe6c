import { describe, expect, it, test } from "@jest/globals";
import { SAMPLES_BY_TYPE } from "@rainhooks/testing/event-samples";
import { deliveryOf, README_EVENT } from "@rainhooks/testing/samples";
import { EVENT_TYPES, shortType } from "../catalog.ts";
import { decode } from "./decode.ts";

describe("the samples in docs/samples", () => {
  it("the samples have one of each event of the catalog", () => {
    expect([...SAMPLES_BY_TYPE.keys()].sort()).toEqual(EVENT_TYPES.map(shortType).sort());
  });

  test.each([...SAMPLES_BY_TYPE])(
    "the samples are decoded with no field left over: %s",
    (type, sample) => {
      const decoded = decode(deliveryOf(sample));
      const known = EVENT_TYPES.find((one) => shortType(one) === type);
      expect(decoded).toMatchObject({
        kind: "event",
        event: { type: known, atSource: "event", extra: {}, data: { extra: {} } },
      });
      if (type === "node_ts_data")
        expect(decoded).toMatchObject({ event: { data: { rejected: [] } } });
    },
  );

  it("the samples include the event of RainMaker's README", () => {
    expect(SAMPLES_BY_TYPE.get("node_connected")).toEqual(README_EVENT);
  });
});
