import { requiredText } from "@rainhooks/stage/query/params/kinds";

/** The destination that an operation is about. */
export const destinationField = requiredText({
  description: "Id of the destination.",
  placeholder: "destination",
  maxLength: 100,
});
