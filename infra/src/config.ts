import { StackSchema } from "@rainhooks/stack/config/config";
import { type FieldsSchema, fields } from "@rainhooks/stack/config/values";
import type * as v from "valibot";
import { PART_FIELDS } from "./parts.ts";

/** Configuration of a stage: the platform's part of its file, and those of the extensions. */
export const StageSchema: FieldsSchema<typeof StackSchema.entries & typeof PART_FIELDS> = fields({
  ...StackSchema.entries,
  ...PART_FIELDS,
});

/** Configuration of a stage. */
export interface StageConfig extends Readonly<v.InferOutput<typeof StageSchema>> {}
