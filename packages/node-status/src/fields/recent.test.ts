import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type Transition, uniteTransitions } from "../transition.ts";
import { moveOld, type RecentConnections, recent } from "./recent.ts";

const DAY_MS = 86_400_000;
const START_MS = 1_700_000_000_000;

/** Transitions a minute apart, the first at `START_MS`. */
function minutes(count: number, from = 0): Transition[] {
  return Array.from({ length: count }, (_, index) => ({
    atMs: START_MS + (from + index) * 60_000,
    state: (from + index) % 2 === 0 ? "online" : "offline",
  }));
}

describe("moveOld", () => {
  it("moveOld keeps all transitions while there are few", () => {
    const few: RecentConnections = { transitions: minutes(32), fromMs: undefined };
    expect(moveOld(few, DAY_MS)).toEqual({ kept: few, moved: [] });
  });

  it("moveOld moves the oldest together when there is one too many", () => {
    const { kept, moved } = moveOld({ transitions: minutes(33), fromMs: undefined }, DAY_MS);
    expect(kept).toEqual({ transitions: minutes(8, 25), fromMs: START_MS + 25 * 60_000 });
    expect(moved).toEqual(minutes(25));
  });

  it("moveOld moves a connect and a disconnect at the same time together, or not at all", () => {
    const list = minutes(33);
    const pair: Transition = { ...(list[25] as Transition), state: "offline" };
    const transitions = uniteTransitions(list, [{ ...pair, state: "online" }, pair]);
    const { kept, moved } = moveOld({ transitions, fromMs: undefined }, DAY_MS);
    expect(moved.at(-1)?.atMs).toBeLessThan(kept.transitions[0]?.atMs ?? 0);
  });

  it("moveOld moves a late one and changes nothing else", () => {
    const before: RecentConnections = {
      transitions: minutes(8, 25),
      fromMs: START_MS + 25 * 60_000,
    };
    const late = minutes(1, 3);
    const joined = recent.join(before, { transitions: late, fromMs: undefined });
    expect(moveOld(joined, DAY_MS)).toEqual({ kept: before, moved: late });
  });

  it("moveOld drops what the timeline would not keep", () => {
    const [old, ...newer] = minutes(33);
    const long = [{ ...(old as Transition), atMs: START_MS - 2 * DAY_MS }, ...newer];
    expect(moveOld({ transitions: long, fromMs: undefined }, DAY_MS).moved).toEqual(
      newer.slice(0, 24),
    );
    const late = { transitions: [...long.slice(0, 1), ...newer], fromMs: START_MS };
    expect(moveOld(late, DAY_MS).moved).toEqual([]);
  });

  it("moveOld loses no transition, in whatever groups and order they come", () => {
    const groups = fc.array(
      fc.array(
        fc.record({
          atMs: fc.integer({ min: START_MS, max: START_MS + 50 }),
          state: fc.constantFrom("online" as const, "offline" as const),
        }),
        { maxLength: 20 },
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(groups, (batches) => {
        let state = recent.initial;
        let moved: readonly Transition[] = [];
        for (const batch of batches) {
          for (const one of batch)
            state = recent.join(state, { transitions: [one], fromMs: undefined });
          const next = moveOld(state, DAY_MS);
          state = recent.decode(recent.encode(next.kept));
          moved = uniteTransitions(moved, next.moved);
          expect(state.transitions.length).toBeLessThanOrEqual(32);
        }
        const all = batches
          .flat()
          .reduce<readonly Transition[]>((list, one) => uniteTransitions(list, [one]), []);
        expect(uniteTransitions(moved, state.transitions)).toEqual(all);
      }),
    );
  });
});
