import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { startReceiver, type TestReceiver } from "@rainhooks/testing/receiver";
import {
  alertDelivery,
  createForwardTables,
  ForwardWorld,
  type WorldOptions,
} from "./forward-world.ts";

/** As a stage tells AWS: a function whose definition has an end by age may go on. */
const asDeployed: NonNullable<WorldOptions["allowsLoops"]> = (definition) =>
  "maxAgeS" in definition;
const asByDefault = () => false;

let tables: TestTables;
let receiver: TestReceiver;
let world: ForwardWorld;
/** When the receiver of the test comes back. */
let awayUntilMs = 0;
const gotMs = new Map<string, number>();
beforeAll(async () => {
  tables = await startTables();
  await createForwardTables(tables);
  receiver = await startReceiver(({ body }, response) => {
    const { data } = JSON.parse(body) as { readonly data: { readonly nodeId: string } };
    const isAway = world.nowMs < awayUntilMs;
    if (!isAway) gotMs.set(data.nodeId, world.nowMs);
    response.writeHead(isAway ? 503 : 204).end();
  });
});
afterAll(async () => {
  await receiver.stop();
  await tables.stop();
});

async function newWorld(
  id: string,
  allowsLoops: NonNullable<WorldOptions["allowsLoops"]>,
  settings = {},
) {
  gotMs.clear();
  world = new ForwardWorld(tables, { allowsLoops });
  await world.add(`${receiver.url}/${id}`, { id, ...settings });
}

test("a receiver that was away for ten hours gets its event if the stage tells AWS not to stop retries, and does not otherwise", async () => {
  for (const [id, allowsLoops, hours] of [
    ["told", asDeployed, 18],
    ["not-told", asByDefault, undefined],
  ] as const) {
    await newWorld(id, allowsLoops);
    const startMs = world.nowMs;
    awayUntilMs = startMs + 10 * HOUR_MS;
    world.alert(id);
    await world.run(2 * DAY_MS);
    world.stop();
    await world.remove(id);
    const came = [...gotMs.values()].map((atMs) => Math.round((atMs - startMs) / HOUR_MS));
    expect(came).toEqual(hours === undefined ? [] : [hours]);
  }
});

test("a missed event that lets live ones go first for minutes comes if the stage tells AWS not to stop retries", async () => {
  await newWorld("rated", asDeployed, { ratePerS: 1 });
  awayUntilMs = 0;
  for (let number = 0; number < 300; number += 1) world.alert(`rated-${number}`);
  const missed = { destination: "rated", webhookId: "evt_missed", attempt: 1, isMissed: true };
  const delivery = alertDelivery("sns-missed", "missed", world.nowMs);
  await world.run(10 * SECOND_MS);
  world
    .queuesOf("retries")
    .queue.send(JSON.stringify({ ...missed, delivery, sentAtMs: world.nowMs }));
  await world.run(HOUR_MS);
  world.stop();
  await world.remove("rated");
  expect([gotMs.size, gotMs.has("missed")]).toEqual([301, true]);
});

test("a message that has gone round for fourteen days is a dead letter that says so, and begins anew when it is redriven", async () => {
  await newWorld("old", asDeployed);
  awayUntilMs = world.nowMs + HOUR_MS;
  world.alert("old");
  await world.run(10 * MINUTE_MS);
  const { queue } = world.queuesOf("retries");
  const [{ body } = { body: "" }] = queue.peek();
  for (const { receiptHandle } of queue.receive(10)) queue.delete(receiptHandle);
  world.nowMs += 14 * DAY_MS;
  // As it was sent again last.
  queue.send(JSON.stringify({ ...(JSON.parse(body) as object), sentAtMs: world.nowMs }));
  await world.run(SECOND_MS);
  expect(world.reasons("retries")).toEqual([
    expect.stringMatching(
      /^sink-rejected: .* retries ends that after 1209600 s\. Redriven, it begins anew\.$/,
    ),
  ]);
  world.nowMs += HOUR_MS;
  world.redrive("retries");
  await world.run(HOUR_MS);
  world.stop();
  await world.remove("old");
  expect([gotMs.size, world.reasons("retries")]).toEqual([1, []]);
});
