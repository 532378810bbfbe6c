import type { EventType } from "./catalog.ts";
import type { DataShapes } from "./decode/data-shapes.ts";
import type { ReadResult } from "./decode/shape.ts";
import type { Replay } from "./deliveries/delivery.ts";
import type { JsonValue } from "./json.ts";

/** The fields that every event has. */
interface EventFrame {
  /** Id of the delivery with the event. */
  readonly deliveryId: string;
  /** When SNS took the message, epoch milliseconds. */
  readonly sentAtMs: number;
  /** When it happened, epoch milliseconds. */
  readonly atMs: number;
  /**
   * Source of `atMs`: the event's own timestamp, or the delivery's if the event has no readable
   * one.
   */
  readonly atSource: "event" | "delivery";
  /**
   * RainMaker's `Id`. It is a constant in every public sample, so it does not identify the event,
   * unless a stage has made it ({@link NEO_EVENT_ID}).
   */
  readonly id?: string;
  /** RainMaker's `EventVersion`, such as `v1`. */
  readonly version?: string;
  readonly description?: string;
  /** Present if a replay has sent the delivery again. */
  readonly replay?: Replay;
  /** Unknown fields of the envelope, under their own names. */
  readonly extra: Readonly<Record<string, JsonValue>>;
}

/** The data of an event of type `Type`. Unknown fields are in its `extra`. */
export type EventData<Type extends EventType> = ReadResult<DataShapes[Type]>;

/** An event of one or several types: `RainmakerEvent<"rmaker.event.alert">`. */
export type RainmakerEvent<Type extends EventType = EventType> = {
  [T in Type]: EventFrame & { readonly type: T; readonly data: EventData<T> };
}[Type];

/** An event with a type that is not in the catalog; its data is unchanged. */
export interface UnknownEvent extends EventFrame {
  readonly type: string;
  readonly data: JsonValue;
}

/**
 * What the id of an event is that a stage makes of what RainMaker Neo reports: the same, however
 * often it is published.
 */
export const NEO_EVENT_ID = /^neo_[\w-]{43}$/;

/** What an id begins with that stands for a node or a user whose data was erased. */
export const ERASED_PREFIX = "rainhooks-erased-";

/**
 * Returns the ids of the nodes of an event, without those that were erased; empty for an event
 * about a user or a group.
 *
 * @example
 * ```ts
 * import { nodesOf, type RainmakerEvent } from "@rainhooks/webhook/events";
 *
 * const event: RainmakerEvent = {
 *   type: "rmaker.event.user_node_added",
 *   deliveryId: "0b1c",
 *   sentAtMs: 1_732_435_200_500,
 *   atMs: 1_732_435_200_000,
 *   atSource: "event",
 *   data: { userId: "5c75d6be", nodeIds: ["kitchen", "garden"], extra: {} },
 *   extra: {},
 * };
 * console.log(nodesOf(event)); // [ 'kitchen', 'garden' ]
 * ```
 */
export function nodesOf(event: RainmakerEvent): readonly string[] {
  const { data } = event;
  if ("nodeIds" in data)
    return data.nodeIds.some(isErased)
      ? data.nodeIds.filter((one) => !isErased(one))
      : data.nodeIds;
  if (!("nodeId" in data) || data.nodeId === undefined || isErased(data.nodeId)) return [];
  return [data.nodeId];
}

function isErased(id: string): boolean {
  return id.startsWith(ERASED_PREFIX);
}
