/** A delivery that has been seen, under the id that copies share. */
export interface DeliveryMemory {
  readonly deliveryId: string;
  readonly user: string;
  /** When it was published, epoch milliseconds. */
  readonly sentAtMs: number;
  /** The event that it belongs to: 1 for the first with this id. */
  readonly number: number;
}

/** A delivery that arrives. */
export type Arrival = Omit<DeliveryMemory, "number">;

/** What is decided about a delivery: it is the first of its event, and is sent, or a copy, and is not. */
export interface CopyDecision {
  readonly kind: "first" | "copy";
  readonly number: number;
  /** What to remember in addition; `undefined` for a delivery that has been seen. */
  readonly added: DeliveryMemory | undefined;
}

/**
 * Decides what a delivery is.
 *
 * - A delivery that has been seen is what it was then, so that SNS and SQS may deliver it again.
 * - A delivery that names another user than all deliveries of an event, and was published within `windowMs`
 *   of its first one, is a
 *   copy.
 * - Everything else is a new event, so also the same content for the same user once more.
 *
 * @param remembered All deliveries with the same id, in the order in which they arrived.
 */
export function decide(
  remembered: readonly DeliveryMemory[],
  arrival: Arrival,
  windowMs: number,
): CopyDecision {
  const seen = remembered.find(({ deliveryId }) => deliveryId === arrival.deliveryId);
  if (seen !== undefined) {
    const first = remembered.find(({ number }) => number === seen.number);
    return { kind: first === seen ? "first" : "copy", number: seen.number, added: undefined };
  }
  const last = remembered.reduce((highest, { number }) => Math.max(highest, number), 0);
  const number = firstWithout(remembered, arrival, windowMs) ?? last + 1;
  return { kind: number > last ? "first" : "copy", number, added: { ...arrival, number } };
}

/** Returns the number of the first event of which an arrival can be a copy. */
function firstWithout(
  remembered: readonly DeliveryMemory[],
  { user, sentAtMs }: Arrival,
  windowMs: number,
): number | undefined {
  const taken = new Set(remembered.filter((one) => one.user === user).map(({ number }) => number));
  const known = new Set<number>();
  for (const first of remembered) {
    if (known.has(first.number)) continue;
    known.add(first.number);
    if (!taken.has(first.number) && Math.abs(sentAtMs - first.sentAtMs) <= windowMs) return first.number;
  }
  return undefined;
}
