import { defineWebhook } from "@rainhooks/webhook/define";

/** Describe here what this webhook does. */
export const doorBell = defineWebhook({
  name: "door-bell",
  description: "The webhook door-bell.",
  events: ["rmaker.event.alert"],
  settings: {
    url: { kind: "secret", holds: "url", description: "Where the events are sent." },
  },
});
