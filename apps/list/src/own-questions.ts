import type { Question } from "@rainhooks/stage/query/question";
import type { Resources } from "@rainhooks/webhook/resources";

/** Queries of your own. */
export const OWN_QUESTIONS: readonly Question[] = [];

/** The tables of your own that they read, each by a name of which there is no other. */
export const OWN_READS: Resources = {};
