export { type Advice, adviceFor } from "./advice.ts";
export * as assumptions from "./bill/assumptions.ts";
export { PRICE } from "./bill/prices.ts";
export { type ReplayVolume, replayBill } from "./bill/replay-bill.ts";
export { type Bill, webhookBill } from "./bill/webhook-bill.ts";
export { eveningRates, STORM_S, totalOf } from "./fleet.ts";
export { DEFAULT_NODES, eventsPerS, type Plan, planOf } from "./plan.ts";
export { type QueueResult, simulateQueue } from "./simulate/queue.ts";
export { type LoadedWebhook, simulateWebhook } from "./simulate/webhook.ts";
