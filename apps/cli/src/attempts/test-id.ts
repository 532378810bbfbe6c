import { randomUUID } from "node:crypto";

const PREFIX = "test_";

/** Returns a `webhook-id` of a test: the worker makes one attempt, also if the destination is paused. */
export function newTestId(): string {
  return `${PREFIX}${randomUUID()}`;
}

/** Returns true for the `webhook-id` of a test. */
export function isTest(webhookId: string): boolean {
  return webhookId.startsWith(PREFIX);
}
