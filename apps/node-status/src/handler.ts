import { eventHandler } from "@rainhooks/webhook";
import { makeSink } from "./sink.ts";
import { nodeStatus } from "./webhook.ts";

export const handler = eventHandler(nodeStatus, (config) => makeSink(config));
