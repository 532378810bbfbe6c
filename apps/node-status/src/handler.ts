import { eventHandler } from "@rainhooks/webhook/create";
import { makeSink } from "./sink.ts";
import { nodeStatus } from "./webhook.ts";

export const handler = eventHandler(nodeStatus, (config) => makeSink(config));
