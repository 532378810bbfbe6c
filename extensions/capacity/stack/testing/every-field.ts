import type { CapacityFields } from "../fields.ts";

/** Its field of a stage's file. */
export const EVERY_CAPACITY_FIELD: CapacityFields = { nodes: 1_000_000 };
