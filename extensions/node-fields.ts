import type { OwnField } from "@rainhooks/node-status/fields/own-field";
import { ALARM_FIELDS } from "./alarms/stores/node-fields.ts";

/** The fields of extensions in the row of a node. */
export const NODE_FIELDS: readonly OwnField[] = [...ALARM_FIELDS];
