import type { NodeAttributes } from "@rainhooks/conditions";
import { inputError, type RainmakerEvent } from "@rainhooks/core";
import type { Destination } from "./destination.ts";

/** Returns what is known of a node. */
type AttributesOf = (nodeId: string) => NodeAttributes | undefined;

/** Returns whether the condition of a destination holds for an event; always true without one. */
export type ContentFilter = (
  destination: Pick<Destination, "where">,
  event: RainmakerEvent,
  attributesOf: AttributesOf,
) => boolean;

/**
 * Loads what evaluates the conditions of destinations, if one of them has a condition. It does not hold for an event that lacks what it asks for.
 *
 * @example
 * ```ts
 * import { decode, readDelivery } from "@rainhooks/core";
 * import { contentFilter } from "@rainhooks/forwarding";
 *
 * const alerts = { where: 'event.type == "alert"' };
 * const holds = await contentFilter([alerts]);
 * const body = JSON.stringify({ event_type: "rmaker.event.alert", event_data: { node_id: "n1", message_body: "Too hot" } });
 * const decoded = decode(readDelivery({ messageId: "0b1c", body }));
 * if (decoded.kind === "event") console.log(holds(alerts, decoded.event, () => undefined)); // true
 * ```
 */
export async function contentFilter(
  destinations: readonly Pick<Destination, "where">[],
): Promise<ContentFilter> {
  if (destinations.every(({ where }) => where === undefined)) return () => true;
  const { holdsForEvent } = await import("@rainhooks/conditions");
  return ({ where }, event, attributesOf) =>
    where === undefined || holdsForEvent(where, { event, attributesOf }) === true;
}

/** Returns whether a condition asks for what is known of a node. */
export function asksForNode({ where }: Pick<Destination, "where">): boolean {
  return where !== undefined && /\bnode\b/.test(where);
}

/**
 * Refuses a condition that cannot be evaluated.
 *
 * @throws {RainhooksError} `input-invalid`, with what is wrong.
 *
 * @example
 * ```ts
 * import { checkCondition } from "@rainhooks/forwarding";
 *
 * console.log(await checkCondition({ where: "event.typ == 1" }).catch(({ code }) => code)); // input-invalid
 * ```
 */
export async function checkCondition({ where }: Pick<Destination, "where">): Promise<void> {
  if (where === undefined) return;
  const { conditionMistake } = await import("@rainhooks/conditions");
  const mistake = conditionMistake(where, "event");
  if (mistake !== undefined) throw inputError({ field: "where", problem: `${mistake}.` });
}
