import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  compareTransitions,
  packTransitions,
  type Transition,
  uniteTransitions,
  unpackTransitions,
} from "./transition.ts";

const transitions = (maxMs: number): fc.Arbitrary<readonly Transition[]> =>
  fc
    .array(
      fc.record({
        atMs: fc.integer({ min: 0, max: maxMs }),
        state: fc.constantFrom("online" as const, "offline" as const),
      }),
      { maxLength: 60 },
    )
    .map((list) =>
      list.reduce<readonly Transition[]>((all, one) => uniteTransitions(all, [one]), []),
    );

describe("transitions", () => {
  it("transitions are unpacked as they were packed, up to the year 140,000", () => {
    fc.assert(
      fc.property(transitions(4_400_000_000_000_000), (list) => {
        expect(unpackTransitions(packTransitions(list))).toEqual(list);
      }),
    );
  });

  it("transitions take five bytes each when a node connects and disconnects a few times a day", () => {
    const list = Array.from(
      { length: 32 },
      (_, index): Transition => ({
        atMs: 1_700_000_000_000 + index * 7_654_321,
        state: index % 2 === 0 ? "online" : "offline",
      }),
    );
    expect(packTransitions(list).length).toBeLessThanOrEqual(32 * 4 + 3);
  });

  it("transitions are united to all of them, each once, in order", () => {
    fc.assert(
      fc.property(transitions(20), transitions(20), (a, b) => {
        const united = uniteTransitions(a, b);
        const texts = (list: readonly Transition[]) =>
          list.map(({ atMs, state }) => `${atMs} ${state}`);
        expect(new Set(texts(united))).toEqual(new Set(texts([...a, ...b])));
        expect(united).toEqual(united.toSorted(compareTransitions));
        expect(new Set(texts(united)).size).toBe(united.length);
        expect(uniteTransitions(b, a)).toEqual(united);
      }),
    );
  });
});
