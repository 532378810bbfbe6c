import { expect, it, test } from "@jest/globals";
import { TRIAL_MS, TRIAL_NODE } from "@rainhooks/core/trial";
import { deliveryOf, sqsRecordOf } from "@rainhooks/testing/samples";
import { type Classify, classifyDeliveries } from "./classify.ts";
import { leaveOutTrials } from "./leave-out-trials.ts";
import { readInvocation } from "./records.ts";

const NOW_MS = 1_700_000_000_000;

/** Records of events of some nodes; the body of each names another one, too. */
function recordsOf(nodes: readonly string[], sentAtMs = NOW_MS) {
  const Records = nodes.map((node_id, index) =>
    sqsRecordOf(deliveryOf({ by: TRIAL_NODE }, { id: `${index}`, attributes: { node_id }, sentAtMs })),
  );
  return readInvocation({ Records });
}

async function outcomesOf(
  webhook: { readonly tried?: true },
  records: ReturnType<typeof recordsOf>,
  classify: Classify<unknown> = classifyDeliveries,
) {
  const classified = await leaveOutTrials(webhook, classify, () => NOW_MS)(records);
  return classified.map(({ outcome }) => outcome);
}

const MIXED = ["kitchen", TRIAL_NODE, "garden", TRIAL_NODE];

test("a webhook ignores events with which a stage is tried, and no others", async () => {
  expect(await outcomesOf({}, recordsOf(MIXED))).toEqual(["item", "ignored", "item", "ignored"]);
});

test("a store that says so handles them, until nobody takes them out any more", async () => {
  const handled = ["item", "item", "item", "item"];
  expect(await outcomesOf({ tried: true }, recordsOf(MIXED))).toEqual(handled);
  expect(await outcomesOf({ tried: true }, recordsOf(MIXED, NOW_MS - TRIAL_MS + 1))).toEqual(handled);
  expect(await outcomesOf({ tried: true }, recordsOf(MIXED, NOW_MS - TRIAL_MS))).toEqual([
    ...["item", "ignored", "item", "ignored"],
  ]);
});

it("the function does not read trial records, and leaves others unchanged", async () => {
  const seen: string[] = [];
  const classify: Classify<unknown> = async (records) => {
    seen.push(...records.map(({ id }) => id));
    return classifyDeliveries(records);
  };
  const records = recordsOf(MIXED);
  await outcomesOf({}, records, classify);
  expect(seen).toEqual([records[0]?.id, records[2]?.id]);
  const [broken] = readInvocation({ Records: [{ messageId: "m", body: `{${TRIAL_NODE}` }] });
  expect(await outcomesOf({}, broken === undefined ? [] : [broken])).toEqual(["item"]);
});
