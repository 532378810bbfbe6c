import { MAX_NAME_LENGTH, truncateText } from "../fields/texts.ts";
import { compareText } from "../source.ts";

/** How many nodes have a firmware. */
export interface FirmwareCount {
  readonly firmware: string;
  readonly nodes: number;
}

/** How many nodes have which firmware. The numbers add up to the nodes that were counted. */
export interface FirmwareSpread {
  /** The most common ones, most common first. */
  readonly common: readonly FirmwareCount[];
  /** Nodes with any other firmware. */
  readonly others: number;
  /** Nodes that have not reported their firmware. */
  readonly unknown: number;
}

/** Returns how many nodes were counted for a spread. */
export function nodesIn({ common, others, unknown }: FirmwareSpread): number {
  return common.reduce((sum, { nodes }) => sum + nodes, others + unknown);
}

/** Maximum number of firmwares that a spread lists. */
export const MAX_COMMON = 50;
/** Maximum number of different firmwares that are counted separately. */
const MAX_DISTINCT = 10_000;

/**
 * Counts firmwares in memory for at most 10,000 different ones, however many nodes there are. Nodes
 * with further ones are among the others. Firmware is text from devices: it is shortened, and never
 * the key of an object.
 */
export class FirmwareTally {
  readonly #nodes = new Map<string, number>();
  #others = 0;
  #unknown = 0;

  /** Counts a node; `undefined` or an empty text if its firmware is not known. */
  add(firmware: string | undefined): void {
    if (firmware === undefined || firmware === "") {
      this.#unknown += 1;
      return;
    }
    const text = truncateText(firmware, MAX_NAME_LENGTH);
    const before = this.#nodes.get(text);
    if (before === undefined && this.#nodes.size === MAX_DISTINCT) this.#others += 1;
    else this.#nodes.set(text, (before ?? 0) + 1);
  }

  /** Returns the number of nodes that were counted. */
  get all(): number {
    return [...this.#nodes.values()].reduce(
      (sum, nodes) => sum + nodes,
      this.#others + this.#unknown,
    );
  }

  /** Returns the spread: the most common firmwares, and of the others only their number. */
  spread(): FirmwareSpread {
    const sorted = [...this.#nodes]
      .map(([firmware, nodes]) => ({ firmware, nodes }))
      .sort((a, b) => b.nodes - a.nodes || compareText(a.firmware, b.firmware));
    const others = sorted.slice(MAX_COMMON).reduce((sum, { nodes }) => sum + nodes, this.#others);
    return { common: sorted.slice(0, MAX_COMMON), others, unknown: this.#unknown };
  }
}
