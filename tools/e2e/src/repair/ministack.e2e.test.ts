import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { SHIPPED_WEBHOOKS } from "@rainhooks/app-list";
import { type EventType, shortType } from "@rainhooks/core/catalog";
import { verifyByFunctions } from "@rainhooks/extensions/repair/work/function-works";
import type { WorkReply } from "@rainhooks/extensions/repair/work/work-request";
import { type MinistackStage, NODE, startMinistack } from "@rainhooks/infra/testing/ministack";
import { dev } from "@rainhooks/infra/testing/stages";
import { topicName } from "@rainhooks/stack/topics";
import { eventually } from "@rainhooks/testing/eventually";

/* Runs only where ministack is installed; otherwise the test command skips it and says so. */

/** What the hash of the node's id says. */
const BUCKET_OF_NODE = 152;

let ministack: MinistackStage;

beforeAll(async () => {
  ministack = await startMinistack({ ...dev, functions: { "store-work": { deployed: true } } });
  await ministack.connect();
});
afterAll(() => ministack.stop());

it("the function verifies the row of a node on ministack, with files beside the archive that are deleted then", async () => {
  const compared = await eventually(verifyNode, ({ isDifferent }) => !isDifferent);
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
    ...({ store, slot: "a", integration: "rainhooks-dev" } as const),
    settings: { timelineDays: 90, seenIntervalS: 3600 },
    webhook: { events, filtered, subscribed: { topics } },
  };
  const parts = {
    invoke: (request: unknown): Promise<WorkReply> =>
      ministack.invoke("store-work", request).then((text) => JSON.parse(text)),
    concurrency: 1,
    bytesOf: async () => 0,
    wait: async () => undefined,
  };
  const { works, stop } = await verifyByFunctions(setup, parts)({ nodes: [NODE] }, "");
  const [work] = works;
  if (work === undefined) throw new Error("Nothing does the work.");
  for (const table of ["node-status", "node-timeline"]) await work.readTable({ table, segment: 0, of: 1 });
  const readAtMs = Date.now();
  const range = { fromMs: 0, toMs: readAtMs, readAtMs };
  expect(await work.readObjects(await ministack.keysIn("deliveries/"), range)).toMatchObject({
    problems: [],
  });
  const place = await work.endReading();
  expect(await ministack.keysIn(place)).not.toEqual([]);
  const compared = await work.comparePartition(BUCKET_OF_NODE, [place], { ...range, isFromAsked: false });
  await stop();
  return compared;
}
