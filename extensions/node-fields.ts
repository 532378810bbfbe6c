import type { ExtensionField } from "@rainhooks/node-status/fields/extension-field";
import { ALARM_FIELDS } from "./alarms/stores/node-fields.ts";

/** The fields of extensions in the row of a node. */
export const NODE_FIELDS: readonly ExtensionField[] = [...ALARM_FIELDS];
