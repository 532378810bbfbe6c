import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Pseudo-random choices: the same seed gives the same choices. */
export interface Chance {
  /** Returns an integer from `from` to `to`, both inclusive. */
  int(from: number, to: number): number;
  /** Returns true with the given probability. */
  happens(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** Picks one of the choices, by weight. */
  weighted<T>(choices: readonly (readonly [choice: T, weight: number])[]): T;
  shuffle<T>(list: readonly T[]): T[];
}

/** Creates pseudo-random choices from a seed. */
export function chanceOf(seed: number): Chance {
  const generator = xoroshiro128plus(seed);
  const int = (from: number, to: number) => uniformInt(generator, from, to);
  const pick = <T>(list: readonly T[]): T => {
    const choice = list[int(0, list.length - 1)];
    if (choice === undefined) throw new RangeError("The list of choices is empty.");
    return choice;
  };
  return {
    int,
    pick,
    happens: (probability) => uniformFloat64(generator) < probability,
    weighted: (choices) => {
      let remaining =
        uniformFloat64(generator) * choices.reduce((sum, [, weight]) => sum + weight, 0);
      const found = choices.find(([, weight]) => {
        remaining -= weight;
        return remaining < 0;
      });
      return (found ?? pick(choices))[0];
    },
    shuffle: (list) => {
      const shuffled = [...list];
      for (let last = shuffled.length - 1; last > 0; last--) {
        const other = int(0, last);
        const a = shuffled[last];
        const b = shuffled[other];
        if (a !== undefined && b !== undefined) [shuffled[last], shuffled[other]] = [b, a];
      }
      return shuffled;
    },
  };
}
