import { MINUTE_MS } from "./durations.ts";

/**
 * The id of the node in events with which a stage is tried. It is none: only functions that say so handle
 * these events, and nothing lists, counts or judges the node.
 */
export const TRIAL_NODE = "rainhooks-doctor";

/**
 * How long after its publication such an event is handled: one that has waited for longer is of a trial that
 * has ended, and that nobody takes out again.
 */
export const TRIAL_MS: number = 15 * MINUTE_MS;
