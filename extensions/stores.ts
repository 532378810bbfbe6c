import type { OwnField } from "@rainhooks/node-status/fields/own-field";
import { ALARM_FIELDS } from "./alarms/stores/node-fields.ts";
import { progressWrites, watchRuleReads } from "./alarms/table-use.ts";

/** The tables of extensions that the functions of node status and time series use. */
export const STORE_RESOURCES = { ...watchRuleReads, ...progressWrites };

/** The fields of extensions in the row of a node. */
export const NODE_FIELDS: readonly OwnField[] = [...ALARM_FIELDS];
