import type { DrawnBound } from "../chart/draw.ts";
import type { Range } from "./range.ts";

/** A mark on the band of a node's connection. */
export interface NodeMark {
  readonly key: string;
  readonly atMs: number;
  /** One character. */
  readonly sign: string;
  /** What it is, such as `alarm`: also its class. */
  readonly kind: string;
  readonly title: string;
  /** Where a click on it leads. */
  readonly href: string;
}

/** What an extension draws on the page of a node. */
export interface NodeMarks {
  readonly marks: readonly NodeMark[];
  /** Lines and times on the chart of a series. */
  readonly onSeries: (name: string) => {
    readonly bounds: readonly DrawnBound[];
    readonly shaded: readonly Range[];
  };
}

/** Joins what several extensions draw. */
export function joinMarks(all: readonly NodeMarks[]): NodeMarks {
  return {
    marks: all.flatMap(({ marks }) => marks),
    onSeries: (name) => {
      const drawn = all.map(({ onSeries }) => onSeries(name));
      return {
        bounds: drawn.flatMap(({ bounds }) => bounds),
        shaded: drawn.flatMap(({ shaded }) => shaded),
      };
    },
  };
}
