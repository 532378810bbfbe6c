import { requiredText } from "@rainhooks/stage/query/params/kinds";

const MAX_ID_LENGTH = 300;

/** The attempt that is asked about, or made again. */
export const attemptParam = requiredText({
  description: "Id of the attempt.",
  placeholder: "attempt",
  maxLength: MAX_ID_LENGTH,
});
