import { describe, expect, it, test } from "@jest/globals";
import { isTrial, TRIAL_MS, TRIAL_NODE } from "@rainhooks/core/trial";
import { deliveryOf, sqsRecordOf } from "@rainhooks/testing/samples";
import fc from "fast-check";
import { type Classify, classifyDeliveries } from "./classify.ts";
import { leaveOutTrials } from "./leave-out-trials.ts";
import { readInvocation } from "./records.ts";

const NOW_MS = 1_700_000_000_000;

/**
 * The delivery of a connect, by what its attribute and its data name; both mention the node of
 * trials.
 */
function connectOf(attribute: string, node: string, sentAtMs = NOW_MS) {
  const event_data = { node_id: node, by: TRIAL_NODE, connectivity: { connected: true } };
  const body = { event_type: "rmaker.event.node_connected", timestamp: sentAtMs, event_data };
  return deliveryOf(body, { attributes: { node_id: attribute, by: TRIAL_NODE }, sentAtMs });
}

function recordsOf(nodes: readonly string[], sentAtMs = NOW_MS) {
  return readInvocation({
    Records: nodes.map((node) => sqsRecordOf(connectOf(node, node, sentAtMs))),
  });
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
  expect(await outcomesOf({ tried: true }, recordsOf(MIXED, NOW_MS - TRIAL_MS + 1))).toEqual(
    handled,
  );
  expect(await outcomesOf({ tried: true }, recordsOf(MIXED, NOW_MS - TRIAL_MS))).toEqual([
    "item",
    "ignored",
    "item",
    "ignored",
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

describe("a delivery is of a trial if its attribute and its data say so", () => {
  const names = fc.oneof(fc.constant(TRIAL_NODE), fc.constant(`${TRIAL_NODE}2`), fc.string());

  it("an event of another node is handled by every webhook at any time, whatever its attribute says", async () => {
    const ages = fc.integer({ min: 0, max: 2 * TRIAL_MS });
    await fc.assert(
      fc.asyncProperty(names, names, ages, fc.boolean(), async (attribute, node, ageMs, tried) => {
        const record = sqsRecordOf(connectOf(attribute, node, NOW_MS - ageMs));
        const isOurs = attribute === TRIAL_NODE && node === TRIAL_NODE;
        const isHandled = !isOurs || (tried && ageMs < TRIAL_MS);
        const outcomes = await outcomesOf(
          tried ? { tried } : {},
          readInvocation({ Records: [record] }),
        );
        expect(outcomes).toEqual([isHandled ? "item" : "ignored"]);
      }),
    );
  });

  test.each<[string, unknown]>([
    [
      "data without a node",
      { event_type: "rmaker.event.node_connected", event_data: { by: TRIAL_NODE } },
    ],
    [
      "a list of nodes",
      { event_type: "rmaker.event.user_node_added", event_data: { nodes: [TRIAL_NODE] } },
    ],
    ["no event", TRIAL_NODE],
  ])("%s is none", (_, body) => {
    expect(isTrial(deliveryOf(body, { attributes: { node_id: TRIAL_NODE } }))).toBe(false);
  });
});
