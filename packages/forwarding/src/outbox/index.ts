export type { Destination } from "../destinations/destination.ts";
export { destinationOf } from "../destinations/destination-item.ts";
export { readSettings } from "../destinations/read-settings.ts";
export { outboxTable } from "../forwarding-tables.ts";
export { type AttemptMessage, isAttempt, isCut, type WorkerMessage } from "../messages/attempt-message.ts";
export { appendToOutbox } from "./append.ts";
export { claimBatch, deleteBatch, findBatch, openBatch } from "./batches.ts";
export { cutLane } from "./cut.ts";
export { OutboxTable } from "./store.ts";
