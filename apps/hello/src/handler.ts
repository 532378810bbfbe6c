import { logSink } from "@rainhooks/sinks";
import { eventHandler } from "@rainhooks/webhook";
import { hello } from "./webhook.ts";

export const handler = eventHandler(hello, () => logSink(console.log));
