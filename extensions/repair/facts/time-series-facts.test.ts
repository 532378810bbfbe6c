import { expect, it } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { deliveryOf } from "@rainhooks/testing/samples";
import { LIST_AGAIN_MS, seriesListItem } from "@rainhooks/time-series/series-keys";
import { compareNode } from "../verify/compare-node.ts";
import { timeSeriesFacts } from "./time-series-facts.ts";

const model = timeSeriesFacts(0);
const [LISTED] = model.factsIn("time-series", seriesListItem("n", "Lamp.Power", "number"));

function listedAt(sentAtMs: number) {
  const data = { node_id: "n", name: "Lamp.Power", dt: "int", t: 1_700_000_000, v: 7 };
  const body = { event_type: "rmaker.event.node_ts_data", event_data: data };
  const decoded = decode(deliveryOf(body, { sentAtMs }));
  const facts = decoded.kind === "event" ? model.factsOf(decoded.event) : [];
  return facts.find(({ name }) => name === LISTED?.name)?.value;
}

it("a list without a series is a difference once every sink has listed its series again", () => {
  const first = 1_700_000_000_123;
  const value = model.join(LISTED?.name ?? "", listedAt(first + 5), listedAt(first));
  expect(model.join(LISTED?.name ?? "", listedAt(first), listedAt(first + 5))).toEqual(value);
  const judge = (readAtMs: number, stored?: unknown) => {
    const values = { archived: value, ...(stored === undefined ? {} : { stored }) };
    const context = { model, fromMs: 0, isFromAsked: false, isIncomplete: false, readAtMs };
    const { compared, differences } = compareNode(
      "n",
      new Map([[LISTED?.name ?? "", values]]),
      context,
    );
    return [compared, differences.map(({ kind }) => kind)];
  };
  expect(judge(first + LIST_AGAIN_MS - 1)).toEqual([0, []]);
  expect(judge(first + LIST_AGAIN_MS)).toEqual([1, ["missing"]]);
  expect(judge(first + LIST_AGAIN_MS, LISTED?.value)).toEqual([1, []]);
  expect(judge(first, LISTED?.value)).toEqual([1, []]);
});
