import { defineWebhook } from "@rainhooks/webhook/define";
import { defineFunction } from "@rainhooks/webhook/define-function";

/** Requests that a webhook has found to be sent. */
export const requests = defineFunction({
  trigger: "queue",
  name: "requests",
  description: "Sends requests.",
  batch: { size: 10, windowS: 0 },
});

/** A webhook with many things to do for one event. */
export const fanOut = defineWebhook({
  name: "fan-out",
  description: "Sends a message for each URL in an alert.",
  events: ["rmaker.event.alert"],
  filtered: false,
  resources: {
    requests: {
      kind: "queue",
      env: "REQUESTS_QUEUE_URL",
      queue: requests.name,
      actions: ["sqs:SendMessage"],
    },
  },
});
