import type { Delivery } from "./delivery.ts";

/** Name of the SNS message attribute of a repaired message. The archive has it, too. */
export const REPAIR_ATTRIBUTE = "rainhooks_repairs";

/** Of which dead letter a delivery is the repair. Only the webhook of the letter gets it. */
export interface Repair {
  /** Id of the delivery that could not be handled. */
  readonly deliveryId: string;
  readonly webhook: string;
}

/**
 * Returns the value of the attribute {@link REPAIR_ATTRIBUTE}: the delivery and, behind a space, the webhook.
 */
export function repairText({ deliveryId, webhook }: Repair): string {
  return `${deliveryId} ${webhook}`;
}

/**
 * Reads which dead letter a delivery repairs, from its attributes; returns `undefined` for a usual delivery.
 */
export function readRepair(attributes: Delivery["attributes"]): Repair | undefined {
  const text = Object.hasOwn(attributes, REPAIR_ATTRIBUTE) ? (attributes[REPAIR_ATTRIBUTE] ?? "") : "";
  const end = text.lastIndexOf(" ");
  return end < 1 ? undefined : { deliveryId: text.slice(0, end), webhook: text.slice(end + 1) };
}
