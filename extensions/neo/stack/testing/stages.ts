import type { NeoFields } from "../fields.ts";

/** Its fields of a stage whose events come from RainMaker. */
export const EVERY_NEO_FIELD: NeoFields = { disconnectReasons: true };

/** Its fields of other stages, by names of these. */
export const NEO_STAGES: Readonly<Record<string, NeoFields>> = { neo: { source: "neo" } };
