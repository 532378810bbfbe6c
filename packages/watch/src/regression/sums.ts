import type { NodeHour } from "./node-hours.ts";

/** Sums over the nodes of a firmware in a window. */
export interface Sums {
  readonly nodes: number;
  /** Hours with an event. */
  readonly hits: number;
  /** Hours online. */
  readonly hours: number;
  /** Sums over the nodes of products, from which follows how much nodes differ. */
  readonly hitsSquared: number;
  readonly hitsHours: number;
  readonly hoursSquared: number;
}

const NODES = 0;
const HITS = 1;
const HOURS = 2;
const HITS_SQUARED = 3;
const HITS_HOURS = 4;
const HOURS_SQUARED = 5;
const SUMS = 6;

/** The sums of a firmware, for windows that end at each of some full hours. */
export class FirmwareSums {
  readonly #windowHours: number;
  readonly #sums: Float64Array;
  readonly #hits: Float64Array;
  readonly #hours: Float64Array;

  constructor(windowHours: number, marks: number) {
    this.#windowHours = windowHours;
    this.#sums = new Float64Array(marks * SUMS);
    this.#hits = new Float64Array(windowHours + marks - 1);
    this.#hours = new Float64Array(windowHours + marks - 1);
  }

  /** Adds a node, with all its hours from the start of the first window on. */
  add(hours: readonly NodeHour[]): void {
    for (const [index, { online, isHit }] of hours.entries()) {
      this.#hours[index] = (this.#hours[index] ?? 0) + online;
      this.#hits[index] = (this.#hits[index] ?? 0) + Number(isHit);
    }
    let [hits, online] = [0, 0];
    for (const [index, hour] of hours.entries()) {
      hits += Number(hour.isHit);
      online += hour.online;
      const mark = index - this.#windowHours + 1;
      if (mark < 0) continue;
      const left = hours[mark - 1];
      hits -= Number(left?.isHit ?? false);
      online -= left?.online ?? 0;
      if (online > NOTHING) this.#addAt(mark, hits, online);
    }
  }

  /** Returns the sums of the window that ends at a full hour, by its number from the first one. */
  at(mark: number): Sums {
    const sum = (which: number) => this.#sums[mark * SUMS + which] ?? 0;
    return {
      nodes: sum(NODES),
      hits: sum(HITS),
      hours: sum(HOURS),
      hitsSquared: sum(HITS_SQUARED),
      hitsHours: sum(HITS_HOURS),
      hoursSquared: sum(HOURS_SQUARED),
    };
  }

  /** Returns the hour of a window that has most events. */
  busiest(mark: number): { readonly hits: number; readonly hours: number } {
    const inWindow = this.#hits.subarray(mark, mark + this.#windowHours);
    const hits = inWindow.reduce((most, some) => Math.max(most, some), 0);
    return { hits, hours: this.#hours[mark + inWindow.indexOf(hits)] ?? 0 };
  }

  #addAt(mark: number, hits: number, hours: number): void {
    const values = [1, hits, hours, hits * hits, hits * hours, hours * hours];
    for (const [which, value] of values.entries()) {
      const index = mark * SUMS + which;
      this.#sums[index] = (this.#sums[index] ?? 0) + value;
    }
  }
}

/** What is left of a sum of shares of hours when all of them were taken away again. */
const NOTHING = 1e-6;
