import { SECOND_MS } from "@rainhooks/core/durations";

/**
 * How long a rule that was read is known to be right: a change begins to hold later than this after
 * it was written.
 */
export const RULE_CACHE_MS = 60 * SECOND_MS;

/** What clocks may differ by, and how long a change takes until every read sees it. */
export const CLOCK_MARGIN_MS = 30 * SECOND_MS;

/** How long after it was written a change of a rule begins to hold, by DynamoDB's clock. */
export const RULE_AHEAD_MS = RULE_CACHE_MS + CLOCK_MARGIN_MS;
