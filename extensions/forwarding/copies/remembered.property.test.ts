import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { type Arrival, type DeliveryMemory, decide } from "./remembered.ts";

const WINDOW_MS = 600_000;

/** Deliveries of events with the same content: each event is published for some users. */
const deliveries = (atMs: fc.Arbitrary<number>): fc.Arbitrary<Arrival[]> =>
  fc
    .array(fc.record({ users: fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1 }), atMs }), {
      minLength: 1,
      maxLength: 5,
    })
    .map((events) =>
      events.flatMap(({ users, atMs: sentAtMs }, event) =>
        users.map((user) => ({ deliveryId: `${event}${user}`, user, sentAtMs })),
      ),
    );

/** Each delivery at least once, some again, in any order. */
const arrivals = (atMs: fc.Arbitrary<number>) =>
  deliveries(atMs).chain((all) =>
    fc
      .array(fc.constantFrom(...all), { maxLength: 8 })
      .chain((again) => fc.shuffledSubarray([...all, ...again], { minLength: all.length + again.length })),
  );

/**
 * Decides about each arrival; returns the decisions by delivery, after checking that a delivery never
 * changes.
 */
function decideAll(list: readonly Arrival[]) {
  const remembered: DeliveryMemory[] = [];
  const decisions = new Map<string, { kind: string; number: number; arrival: Arrival }>();
  for (const arrival of list) {
    const { kind, number, added } = decide(remembered, arrival, WINDOW_MS);
    if (added !== undefined) remembered.push(added);
    const earlier = decisions.get(arrival.deliveryId);
    expect(added === undefined).toBe(earlier !== undefined);
    if (earlier !== undefined)
      expect({ kind, number }).toMatchObject({ kind: earlier.kind, number: earlier.number });
    decisions.set(arrival.deliveryId, { kind, number, arrival });
  }
  return [...decisions.values()];
}

it("copies that arrive in any order belong to one event, which is sent once and names each user once", () => {
  fc.assert(
    fc.property(arrivals(fc.integer({ min: 0, max: 3 * WINDOW_MS })), (list) => {
      const decisions = decideAll(list);
      const events = Map.groupBy(decisions, ({ number }) => number);
      for (const event of events.values()) {
        const [first, ...others] = event.filter(({ kind }) => kind === "first");
        expect(others).toEqual([]);
        expect(new Set(event.map(({ arrival }) => arrival.user)).size).toBe(event.length);
        for (const { arrival } of event)
          expect(Math.abs(arrival.sentAtMs - (first?.arrival.sentAtMs ?? Number.NaN))).toBeLessThanOrEqual(
            WINDOW_MS,
          );
      }
    }),
  );
});

it("within the window, there are as many events as the user with the most deliveries has, in any order", () => {
  fc.assert(
    fc.property(arrivals(fc.integer({ min: 0, max: WINDOW_MS })), (list) => {
      const decisions = decideAll(list);
      const perUser = Map.groupBy(decisions, ({ arrival }) => arrival.user);
      const most = Math.max(...[...perUser.values()].map(({ length }) => length));
      expect(new Set(decisions.map(({ number }) => number)).size).toBe(most);
    }),
  );
});
