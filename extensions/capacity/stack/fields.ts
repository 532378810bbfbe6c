import { type FieldsOf, optional, whole } from "@rainhooks/stack/config/values";

/** Nodes of the largest fleet that the arithmetic is made for. */
const MAX_NODES = 1_000_000_000;

/** Fields of a stage's file. */
export const CAPACITY_FIELDS = {
  /**
   * Number of nodes for which the stage is made, with what grows in a year. The concurrency of the
   * functions follows from it, and `npm run cost -- --nodes` says what else it needs. @defaultValue
   * 100,000
   */
  nodes: optional(whole(1, MAX_NODES)),
};

/** A stage's file as far as this extension reads it. */
export interface CapacityFields extends FieldsOf<typeof CAPACITY_FIELDS> {}
