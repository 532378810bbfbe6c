import type { NodeAttributes } from "@rainhooks/core/node-attributes";
import type { Transition } from "@rainhooks/node-status/transition";
import type { OutageTime } from "./outage/hold.ts";

/** In which intervals a node has sent something. */
export interface Heard {
  /** Length of an interval, milliseconds; 0 before the first event. */
  readonly intervalMs: number;
  /**
   * Starts of the intervals in which it has sent something, in order, epoch milliseconds: the
   * newest one, and those of a row before it.
   */
  readonly intervals: readonly number[];
  /** Start of the last such interval before `intervals`; `undefined` if there was none. */
  readonly beforeMs: number | undefined;
}

/** A value of a series. */
export interface ValuePoint {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly value: unknown;
}

/** The values of a series. */
interface SeriesHistory {
  readonly name: string;
  /** In order. */
  readonly points: readonly ValuePoint[];
  /** True: there is no earlier value than the first one. */
  readonly complete: boolean;
}

/** What is stored of a node, as far as rules need it. */
export interface NodeHistory {
  readonly node: NodeAttributes;
  /**
   * From when on the history is complete, epoch milliseconds. Before, it may only have what shows
   * the state at this time. Episodes that began earlier are not evaluated.
   */
  readonly fromMs: number;
  /** Changes of the state, in order: each one differs from the one before. */
  readonly transitions: readonly Transition[];
  /**
   * Why the last session ended, and when, epoch milliseconds; absent if the stage does not ask AWS
   * IoT for it.
   */
  readonly disconnect?: { readonly atMs: number; readonly reason: string } | undefined;
  /** Absent if the stage does not store it. */
  readonly heard?: Heard | undefined;
  /** Outages of the groups of the node: alarms that would be raised meanwhile are not. */
  readonly outages?: readonly OutageTime[] | undefined;
  /** The series of the rule; absent for rules about none. */
  readonly series?: SeriesHistory | undefined;
}
