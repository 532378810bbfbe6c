import type { EventType } from "@rainhooks/core";
import type { Reading } from "./event-data.ts";

/** What the fleet knows of an event it made: the truth that the stores are held against. */
export interface EventTruth {
  readonly type: EventType;
  /** When it happened, as exactly as the message says it. */
  readonly atMs: number;
  readonly nodeIds: readonly string[];
  readonly userId: string;
  readonly readings: readonly Reading[];
}

/** A message as the fleet publishes it. */
export interface FleetMessage {
  /** Whose topic it goes to. */
  readonly type: EventType;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** `undefined` for a body that cannot be decoded. */
  readonly truth: EventTruth | undefined;
}
