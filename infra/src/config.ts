import { StackSchema } from "@rainhooks/stack/config/config";
import { type Fields, type FieldsOf, fields } from "@rainhooks/stack/config/values";
import { PART_FIELDS } from "./parts.ts";

/** Configuration of a stage: the platform's part of its file, and those of the extensions. */
export const StageSchema: Fields<typeof StackSchema.entries & typeof PART_FIELDS> = fields(
  { ...StackSchema.entries, ...PART_FIELDS },
  ": take it out, or put back the extension whose field it is",
);

/** Configuration of a stage. */
export interface StageConfig extends FieldsOf<typeof StageSchema.entries> {}
