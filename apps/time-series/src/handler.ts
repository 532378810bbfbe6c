import { eventHandler } from "@rainhooks/webhook/create";
import { makeSink } from "./sink.ts";
import { timeSeries } from "./webhook.ts";

export const handler = eventHandler(timeSeries, (config) => makeSink(config));
