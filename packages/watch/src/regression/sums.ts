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
    // Without lists and iterators of its own: this is done for each node and hour.
    let [hits, online] = [0, 0];
    for (let index = 0; index < hours.length; index += 1) {
      const hour = hours[index] ?? NO_HOUR;
      const isHit = Number(hour.isHit);
      this.#hours[index] = (this.#hours[index] ?? 0) + hour.online;
      this.#hits[index] = (this.#hits[index] ?? 0) + isHit;
      hits += isHit;
      online += hour.online;
      const mark = index - this.#windowHours + 1;
      if (mark < 0) continue;
      const left = mark === 0 ? NO_HOUR : (hours[mark - 1] ?? NO_HOUR);
      hits -= Number(left.isHit);
      online -= left.online;
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
    const first = mark * SUMS;
    this.#addTo(first + NODES, 1);
    this.#addTo(first + HITS, hits);
    this.#addTo(first + HOURS, hours);
    this.#addTo(first + HITS_SQUARED, hits * hits);
    this.#addTo(first + HITS_HOURS, hits * hours);
    this.#addTo(first + HOURS_SQUARED, hours * hours);
  }

  #addTo(index: number, value: number): void {
    this.#sums[index] = (this.#sums[index] ?? 0) + value;
  }
}

const NO_HOUR: NodeHour = { firmware: undefined, online: 0, isHit: false };

/** What is left of a sum of shares of hours when all of them were taken away again. */
const NOTHING = 1e-6;
