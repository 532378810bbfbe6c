import assert from "node:assert/strict";
import { it } from "@jest/globals";
import { eventOf, testWebhook } from "@rainhooks/webhook-testing";
import { doorBell } from "./webhook.ts";

const EVENTS = [eventOf("rmaker.event.alert", { nodeId: "n1" })];

it("door-bell handles its events", async () => {
  const test = await testWebhook(doorBell, () => import("./handler.ts"));
  assert.deepEqual(
    await test.run(EVENTS),
    EVENTS.map(() => ({ outcome: "done" })),
  );
  await test.stop();
});
