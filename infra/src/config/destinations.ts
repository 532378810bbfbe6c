import type { DeclaredDestination } from "@rainhooks/forwarding/declared";
import * as v from "valibot";

/** A destination. Its fields are those of the command line, and are read by the same code. */
export const DestinationSchema = v.custom<DeclaredDestination>(
  (value) => typeof value === "object" && value !== null,
  "must be an object",
);
