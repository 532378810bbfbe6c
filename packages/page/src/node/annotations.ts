import type { DrawnBound } from "../chart/draw.ts";
import type { Range } from "./range.ts";

/** A marker on the band of a node's connection. */
export interface NodeMarker {
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
export interface NodeAnnotations {
  readonly markers: readonly NodeMarker[];
  /** Lines and times on the charts of series, by their names. */
  readonly bounds: readonly (DrawnBound & { readonly series: string })[];
  readonly shaded: readonly (Range & { readonly series: string | undefined })[];
}
