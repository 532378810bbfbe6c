import { ROUND_CHECKS } from "@rainhooks/stage/rounds/checks";
import type { RoundCheck } from "@rainhooks/stage/rounds/round-check";
import { destinationsStopped } from "./forwarding/rounds/destinations-stopped.ts";

/** What the rounds look at: of each stage, and of extensions. */
export const ALL_CHECKS: readonly RoundCheck[] = [...ROUND_CHECKS, destinationsStopped];
