import type { RainmakerEvent } from "@rainhooks/core/event";
import type { Attempt } from "../attempts/attempt.ts";
import { webhookIdOf } from "../copies/webhook-id.ts";

/** Copies of an event for further users whose attempts are looked for, besides the first. */
const MAX_NUMBER = 3;

/**
 * Returns the attempts of a delivery by their destinations, in the order of time: up to four queries. Of a
 * destination without one of this delivery, they are those of the same content at another time, or for
 * another user of the node if that was sent for all of them.
 *
 * @param attemptsOf Returns the attempts of a `webhook-id`.
 */
export async function attemptsOfDelivery(
  attemptsOf: (webhookId: string) => Promise<readonly Attempt[]>,
  event: RainmakerEvent,
): Promise<ReadonlyMap<string, readonly Attempt[]>> {
  const ids = [false, true].map((eachCopy) => webhookIdOf(event, { eachCopy }));
  const numbered = Array.from({ length: MAX_NUMBER - 1 }, (_, index) => `${ids[0]}-${index + 2}`);
  const found = await Promise.all([...new Set([...ids, ...numbered])].map(attemptsOf));
  const groups = Map.groupBy(found.flat(), ({ destination }) => destination);
  return new Map(
    [...groups].map(([destination, there]) => {
      const own = there.filter((one) => one.deliveryId === event.deliveryId);
      return [destination, (own.length > 0 ? own : there).toSorted((a, b) => a.atMs - b.atMs)];
    }),
  );
}
