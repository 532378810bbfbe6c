import { RainhooksError } from "@rainhooks/core/errors";

/** The failure of an item for which no time was left. */
export const NOT_ATTEMPTED = new RainhooksError(
  "not-attempted",
  "The items before this one used up the time of the batch. If this happens often, choose a smaller batch.size.",
);
