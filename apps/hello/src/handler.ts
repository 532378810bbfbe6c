import { eventHandler } from "@rainhooks/webhook";
import { logSink } from "@rainhooks/webhook/sinks";
import { hello } from "./webhook.ts";

export const handler = eventHandler(hello, () => logSink(console.log));
