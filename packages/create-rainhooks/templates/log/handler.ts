import { eventHandler } from "@rainhooks/webhook";
import { logSink } from "@rainhooks/webhook/sinks";
import { doorBell } from "./webhook.ts";

export const handler = eventHandler(doorBell, () => logSink(console.log));
