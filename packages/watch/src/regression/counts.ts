import { HOUR_MS } from "@rainhooks/core";
import type { RegressionRule } from "../rule/rule.ts";
import { type FirmwareHistory, type NodeHour, nodeHours } from "./node-hours.ts";
import { FirmwareSums, type Sums } from "./sums.ts";

/** Maximum number of firmwares that are counted: each takes a few kilobytes of memory. */
export const MAX_FIRMWARES = 2000;

/** What is counted of a firmware up to a full hour. */
export interface MarkCounts {
  readonly own: Sums;
  readonly others: Sums;
  /** Hours with an event, and hours online, of the hour of the window that has most events. */
  readonly busiest: { readonly hits: number; readonly hours: number };
}

/** For which full hours to count: the last hours of the windows end at them, epoch milliseconds. */
export interface Marks {
  readonly firstMs: number;
  readonly lastMs: number;
}

/**
 * Counts hours with events by firmware, for windows that end at each of some full hours. It keeps sums alone, so that it takes the same memory for
 * any number of nodes.
 */
export class RegressionCounts {
  readonly #rule: RegressionRule;
  readonly #windowHours: number;
  readonly #marks: number;
  readonly #fromMs: number;
  readonly #byFirmware = new Map<string, FirmwareSums>();
  readonly #all: FirmwareSums;
  #isFull = false;

  constructor(rule: RegressionRule, { firstMs, lastMs }: Marks) {
    this.#rule = rule;
    this.#windowHours = rule.windowMs / HOUR_MS;
    this.#marks = Math.round((lastMs - firstMs) / HOUR_MS) + 1;
    this.#fromMs = firstMs - rule.windowMs;
    this.#all = this.#newSums();
  }

  /** From when on the history of nodes is needed, epoch milliseconds. */
  get fromMs(): number {
    return this.#fromMs;
  }

  /** True if there were more firmwares than can be counted. */
  get isFull(): boolean {
    return this.#isFull;
  }

  get firmwares(): string[] {
    return [...this.#byFirmware.keys()];
  }

  add(history: FirmwareHistory): void {
    const hours = nodeHours(history, this.#rule.event, this.#fromMs, this.#windowHours + this.#marks - 1);
    for (const firmware of new Set(hours.map((hour) => hour.firmware))) {
      if (firmware === undefined) continue;
      const sums = this.#sumsOf(firmware);
      if (sums === undefined) continue;
      const own = hours.map((hour) => (hour.firmware === firmware ? hour : NONE));
      sums.add(own);
      this.#all.add(own);
    }
  }

  /** Returns what is counted of a firmware for the window that ends at a full hour, by its number from the first one. */
  at(firmware: string, mark: number): MarkCounts | undefined {
    const sums = this.#byFirmware.get(firmware);
    if (sums === undefined) return undefined;
    const own = sums.at(mark);
    return { own, others: without(this.#all.at(mark), own), busiest: sums.busiest(mark) };
  }

  #sumsOf(firmware: string): FirmwareSums | undefined {
    const known = this.#byFirmware.get(firmware);
    if (known !== undefined) return known;
    if (this.#byFirmware.size === MAX_FIRMWARES) {
      this.#isFull = true;
      return undefined;
    }
    const sums = this.#newSums();
    this.#byFirmware.set(firmware, sums);
    return sums;
  }

  #newSums(): FirmwareSums {
    return new FirmwareSums(this.#windowHours, this.#marks);
  }
}

const NONE: NodeHour = { firmware: undefined, online: 0, isHit: false };

function without(all: Sums, own: Sums): Sums {
  return {
    nodes: all.nodes - own.nodes,
    hits: all.hits - own.hits,
    hours: all.hours - own.hours,
    hitsSquared: all.hitsSquared - own.hitsSquared,
    hitsHours: all.hitsHours - own.hitsHours,
    hoursSquared: all.hoursSquared - own.hoursSquared,
  };
}
