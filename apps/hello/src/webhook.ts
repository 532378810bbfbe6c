import { defineWebhook } from "@rainhooks/webhook/define";
import { EVENT_TYPES } from "@rainhooks/webhook/events";

/** Logs every event. */
export const hello = defineWebhook({
  name: "hello",
  part: "hello",
  description: "Logs every event.",
  events: EVENT_TYPES,
  inProduction: { deployed: false },
});
