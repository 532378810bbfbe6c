import { alarmsPart } from "@rainhooks/extensions/alarms/stack/part";
import { CAPACITY_FIELDS } from "@rainhooks/extensions/capacity/stack/fields";
import { capacityPart } from "@rainhooks/extensions/capacity/stack/part";
import { doctorPart } from "@rainhooks/extensions/doctor/stack/part";
import { FORWARDING_FIELDS } from "@rainhooks/extensions/forwarding/stack/fields";
import { forwardingPart } from "@rainhooks/extensions/forwarding/stack/part";
import { NEO_FIELDS } from "@rainhooks/extensions/neo/stack/fields";
import { neoPart } from "@rainhooks/extensions/neo/stack/part";
import { privacyPart } from "@rainhooks/extensions/privacy/stack/part";
import { repairPart } from "@rainhooks/extensions/repair/stack/part";
import { samplesPart } from "@rainhooks/extensions/samples/stack/part";
import type { StackPart } from "@rainhooks/stack/stack-part";

export { ALL_CHECKS } from "@rainhooks/extensions/checks";

/** What extensions add to a stack. This file alone names them. */
export const PARTS: readonly StackPart[] = [
  samplesPart,
  alarmsPart,
  forwardingPart,
  neoPart,
  repairPart,
  privacyPart,
  capacityPart,
  doctorPart,
];

/** The fields of a stage's file that are theirs. */
export const PART_FIELDS: object &
  typeof FORWARDING_FIELDS &
  typeof NEO_FIELDS &
  typeof CAPACITY_FIELDS &
  unknown = {
  ...FORWARDING_FIELDS,
  ...NEO_FIELDS,
  ...CAPACITY_FIELDS,
};
