export { type Advice, adviceFor } from "./advice.ts";
export * as assumptions from "./bill/assumptions.ts";
export { type AttemptWorkers, type Forwarded, forwardBill } from "./bill/forward-bill.ts";
export { FIREHOSE_STEP_BYTES, GB, PRICE } from "./bill/prices.ts";
export { type RebuildVolume, rebuildBill } from "./bill/rebuild-bill.ts";
export { type ReplayVolume, replayBill } from "./bill/replay-bill.ts";
export {
  type BilledFunction,
  billsTotal,
  functionBills,
  inProduction,
} from "./bill/stage-bill.ts";
export { type Bill, type DeliveryKind, idleBill, queueRequests, webhookBill } from "./bill/webhook-bill.ts";
export { eveningRates, FREQUENT_EVENTS, perDay, STORM_S, totalOf } from "./fleet.ts";
export { DEFAULT_NODES, eventsPerS, type Plan, planOf } from "./plan.ts";
export { type AlarmCapacity, alarmCapacity } from "./simulate/alarms.ts";
export { type QueueResult, simulateQueue } from "./simulate/queue.ts";
export { type LoadedWebhook, simulateWebhook } from "./simulate/webhook.ts";
export { type SimulatedWorker, simulateWorker } from "./simulate/worker.ts";
