import type { OutboxTable } from "./store.ts";

/** What dividing lanes needs. */
export interface CutDependencies {
  readonly table: OutboxTable;
  /** Returns whether the log of attempts shows an event as delivered to a destination. */
  readonly isDelivered: (webhookId: string, destination: string) => Promise<boolean>;
  readonly nowMs: () => number;
  /** Returns an id that no other batch has. */
  readonly newId: () => string;
}
