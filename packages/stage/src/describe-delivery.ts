import { shortType } from "@rainhooks/core/catalog";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import { isJsonObject, type JsonValue, tryParseJson } from "@rainhooks/core/json";

/**
 * What people are shown of a delivery. Its texts come from devices: they must be made safe before
 * they are printed.
 */
export interface DeliveryDescription {
  /** Event type without its prefix; `?` when it is unknown. */
  readonly type: string;
  /** `undefined` when its type is not in the catalog, or the delivery cannot be decoded. */
  readonly event: RainmakerEvent | undefined;
  readonly nodeIds: readonly string[];
  /** The first node and the number of further ones; `-` when there is none. */
  readonly nodes: string;
  /** Data of the event as it was published. */
  readonly data: JsonValue | undefined;
  /** Why the delivery cannot be decoded. */
  readonly problem: string | undefined;
}

/** Describes a delivery, whatever it contains. */
export function describeDelivery(delivery: Delivery): DeliveryDescription {
  const decoded = decode(delivery);
  const { type = "?" } = decoded.kind === "undecodable" ? decoded : decoded.event;
  const event = decoded.kind === "event" ? decoded.event : undefined;
  const nodeIds = event === undefined ? [] : nodesOf(event);
  const [first = "-", ...others] = nodeIds;
  return {
    type: shortType(type),
    event,
    nodeIds,
    data: dataOf(delivery.body),
    nodes: others.length === 0 ? first : `${first} +${others.length}`,
    problem:
      decoded.kind === "undecodable"
        ? `${decoded.error.code}: ${decoded.error.message}`
        : undefined,
  };
}

/** Returns the test of a filter: each of its fields that is given must fit. */
export function deliveryFilter({
  node,
  type,
  text,
}: {
  readonly node?: string | undefined;
  /** Without its prefix. */
  readonly type?: string | undefined;
  /** The id of the delivery, or what is in its body, in any case. */
  readonly text?: string | undefined;
}): (delivery: Delivery) => boolean {
  const sought = text?.toLowerCase();
  return (delivery) => {
    const { id, body } = delivery;
    if (sought !== undefined && id !== sought && !body.toLowerCase().includes(sought)) return false;
    if (node === undefined && type === undefined) return true;
    const described = describeDelivery(delivery);
    return (
      (node === undefined || described.nodeIds.includes(node)) &&
      (type === undefined || described.type === type)
    );
  };
}

function dataOf(body: string): JsonValue | undefined {
  const json = tryParseJson(body);
  return isJsonObject(json) ? (json["EventData"] ?? json["event_data"] ?? json["data"]) : undefined;
}
