import { markUses } from "./alarms/watch-tables.ts";

/** The tables of extensions that the functions of node status and time series use. */
export const STORE_RESOURCES = { ...markUses };
