import { EVERY_CAPACITY_FIELD } from "@rainhooks/extensions/capacity/stack/testing/every-field";
import { EVERY_FORWARDING_FIELD } from "@rainhooks/extensions/forwarding/stack/testing/every-field";
import { EVERY_NEO_FIELD, NEO_STAGES } from "@rainhooks/extensions/neo/stack/testing/stages";
import { EVERY_REPAIR_FUNCTION } from "@rainhooks/extensions/repair/stack/testing/every-function";

/** The fields of extensions in the file of a stage that sets every field. */
export const EVERY_PART_FIELD = {
  ...EVERY_NEO_FIELD,
  ...EVERY_FORWARDING_FIELD,
  ...EVERY_CAPACITY_FIELD,
};

/** What a stage that sets every field says of functions of extensions. */
export const EVERY_PART_FUNCTION = { ...EVERY_REPAIR_FUNCTION };

/** What extensions set in the files of stages that are no others, by names of these stages. */
export const PART_STAGES: Readonly<Record<string, object>> = { ...NEO_STAGES };
