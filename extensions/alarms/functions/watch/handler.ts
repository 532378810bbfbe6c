import { runHandler } from "@rainhooks/webhook/run-handler";
import { watch } from "./scheduled.ts";
import { makeSweep } from "./sweep.ts";

export const handler = runHandler(watch, (config) => makeSweep(config));
