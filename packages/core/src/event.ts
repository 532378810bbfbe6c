import type { InferOutput } from "valibot";
import type { EventType } from "./catalog.ts";
import type { DATA_SHAPES } from "./decode/data-shapes.ts";
import type { JsonValue } from "./json.ts";

/** What every event tells, whatever its type. */
interface EventFrame {
  /** Identity of the delivery that brought the event. */
  readonly deliveryId: string;
  /** When SNS took the message, epoch milliseconds. */
  readonly sentAtMs: number;
  /** When it happened, epoch milliseconds. */
  readonly atMs: number;
  /** Where `atMs` is from: the event's own timestamp, or (when it has none that can be read) the delivery's. */
  readonly atSource: "event" | "delivery";
  /** RainMaker's `Id`. A constant in every public sample: never an identity. */
  readonly id?: string;
  /** RainMaker's `EventVersion`, such as `v1`. */
  readonly version?: string;
  readonly description?: string;
  /** Fields of the envelope that we do not know, under their own names. */
  readonly extra: Readonly<Record<string, JsonValue>>;
}

/** The data of an event of type `Type`. Fields that we do not know are in its `extra`. */
export type EventData<Type extends EventType> = InferOutput<(typeof DATA_SHAPES)[Type]>;

/** An event of one type, or of several: `RainmakerEvent<"rmaker.event.alert">`. */
export type RainmakerEvent<Type extends EventType = EventType> = {
  [T in Type]: EventFrame & { readonly type: T; readonly data: EventData<T> };
}[Type];

/** An event of a type that the catalog does not know, its data as it came. */
export interface UnknownEvent extends EventFrame {
  readonly type: string;
  readonly data: JsonValue;
}

/** Ids of the nodes that an event is about; empty for an event about a user or a group. */
export function nodesOf(event: RainmakerEvent): readonly string[] {
  const { data } = event;
  if ("nodeIds" in data) return data.nodeIds;
  if (!("nodeId" in data) || data.nodeId === undefined) return [];
  return [data.nodeId];
}
