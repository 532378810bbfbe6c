import type { EventType } from "@rainhooks/core/catalog";
import type { JsonObject } from "@rainhooks/core/json";

/** An event of a node, as a message for the topic of its type. */
export interface NeoEvent {
  readonly type: EventType;
  readonly nodeId: string;
  /** In the format of RainMaker's events. */
  readonly body: string;
}

/** An event without its envelope and its node. */
export interface EventContent {
  readonly type: EventType;
  readonly data: JsonObject;
}
