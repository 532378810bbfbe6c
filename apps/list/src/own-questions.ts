import type { Resources } from "@rainhooks/webhook/resources";

/** Queries of your own, such as `[doorQuestion] as const`. */
export const OWN_QUESTIONS = [] as const;

/** The tables of your own that they read, each by a name of which there is no other. */
export const OWN_READS = {} as const satisfies Resources;
