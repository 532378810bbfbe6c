import assert from "node:assert/strict";
import { it } from "@jest/globals";
import { eventOf, startReceiver, testWebhook } from "@rainhooks/webhook-testing";
import { doorBell } from "./webhook.ts";

const EVENTS = [eventOf("rmaker.event.alert", { nodeId: "n1" })];

it("door-bell handles its events", async () => {
  const receiver = await startReceiver();
  const test = await testWebhook(doorBell, () => import("./handler.ts"), {
    secrets: { url: receiver.url },
  });
  assert.deepEqual(
    await test.run(EVENTS),
    EVENTS.map(() => ({ outcome: "done" })),
  );
  assert.deepEqual(
    receiver.requests.map(({ method }) => method),
    EVENTS.map(() => "POST"),
  );
  assert.ok(receiver.requests[0]?.body.includes('"n1"'));
  await test.stop();
  await receiver.stop();
});
