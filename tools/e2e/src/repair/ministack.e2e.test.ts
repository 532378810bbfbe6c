import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { SHIPPED_WEBHOOKS } from "@rainhooks/app-list";
import { type EventType, shortType } from "@rainhooks/core/catalog";
import type { WorkReply } from "@rainhooks/extensions/repair/work/request";
import { withWork } from "@rainhooks/extensions/repair/work/work";
import { type MinistackStage, NODE, startMinistack } from "@rainhooks/infra/testing/ministack";
import { dev } from "@rainhooks/infra/testing/stages";
import { topicName } from "@rainhooks/stack/topics";
import { eventually } from "@rainhooks/testing/eventually";

/* Runs only where ministack is installed; otherwise the test command skips it and says so. */

/** What the hash of the node's id says. */
const PARTITION_OF_NODE = 152;

let ministack: MinistackStage;

beforeAll(async () => {
  ministack = await startMinistack(dev);
  await ministack.connect();
});
afterAll(() => ministack.stop());

it("the function verifies the row of a node on ministack, with files beside the archive that are deleted then", async () => {
  // Without a delivery there is nothing to read, and no file beside the archive.
  await eventually(
    () => ministack.keysIn("deliveries/"),
    ({ length }) => length > 0,
  );
  const compared = await eventually(verifyNode, ({ differences }) => differences.length === 0);
  expect(compared).toMatchObject({ differences: [], counts: { nodes: 1, equalNodes: 1 } });
  expect(await ministack.keysIn("work/")).toEqual([]);
});

/** Lets the function do what `rainhooks verify node-status` asks of it, for one node. */
async function verifyNode() {
  const store = "node-status";
  const { events, filtered } = SHIPPED_WEBHOOKS.find(({ name }) => name === store) ?? {
    events: [],
    filtered: false,
  };
  const arn = (type: EventType) => `arn:aws:sns:us-east-1:123456789012:${topicName({}, type)}`;
  const topics = Object.fromEntries(events.map((type) => [shortType(type), arn(type)]));
  const setup = {
    ...({ store, nodes: [NODE] } as const),
    judged: {
      settings: { timelineDays: 90, seenIntervalS: 3600 },
      integration: "rainhooks-dev",
      webhook: { events, filtered, subscribed: { topics }, sinceMs: 0 },
    },
  };
  const workFunction = {
    invoke: (request: unknown): Promise<WorkReply> =>
      ministack.invoke("store-work", request).then((text) => JSON.parse(text)),
    name: "store-work",
    concurrency: 1,
    wait: async () => undefined,
  };
  return withWork(workFunction, setup, async (work) => {
    await work.eachSegment(["node-status", "node-timeline"], "a", (segment, after) =>
      work.call("readTable", segment, "stored", after),
    );
    const readAtMs = Date.now();
    const range = { fromMs: 0, toMs: readAtMs, readAtMs };
    const read = await work.call("readObjects", await ministack.keysIn("deliveries/"), range);
    expect(read).toMatchObject({ problems: [] });
    expect(await ministack.keysIn("work/")).not.toEqual([]);
    const known = { isFromAsked: false, isIncomplete: false };
    return work.call("compareFacts", PARTITION_OF_NODE, { ...range, ...known });
  });
}
