import { expect, it } from "@jest/globals";
import type { Visit, VisitedWebhook } from "../visit.ts";
import { subscriptions } from "./messages.ts";

it("a webhook whose topics the stage does not say is not said to be subscribed", async () => {
  const webhook = { name: "hello", topics: [] } as Partial<VisitedWebhook> as VisitedWebhook;
  const visit = { webhooks: [webhook] } as Partial<Visit> as Visit;
  expect(await subscriptions.run(visit)).toEqual([
    { outcome: "not-checked", text: "which topics hello has is not known" },
  ]);
});
