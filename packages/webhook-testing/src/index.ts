export {
  type ReceivedRequest,
  startReceiver,
  type TestReceiver,
} from "@rainhooks/testing/receiver";
export { type EventOptions, eventOf } from "./event-of.ts";
export {
  type EventOutcome,
  type HandlerModule,
  type TestWebhookOptions,
  testWebhook,
  type WebhookTest,
} from "./test-webhook.ts";
