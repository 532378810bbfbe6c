import { eventHandler } from "@rainhooks/webhook";
import { makeSink } from "./sink.ts";
import { timeSeries } from "./webhook.ts";

export const handler = eventHandler(timeSeries, (config) => makeSink(config));
