import { scheduledHandler } from "@rainhooks/webhook";
import { watch } from "./scheduled.ts";
import { makeSweep } from "./sweep.ts";

export const handler = scheduledHandler(watch, (config) => makeSweep(config));
