import { eventHandler } from "@rainhooks/webhook";
import type { RainmakerEvent } from "@rainhooks/webhook/events";
import { perItem } from "@rainhooks/webhook/sinks";
import { doorBell } from "./webhook.ts";

export const handler = eventHandler(doorBell, () =>
  perItem(async (event: RainmakerEvent<"rmaker.event.alert">) => {
    // What is thrown here has the event retried (docs/write-a-sink.md).
    console.log(`doorBell: ${event.type}`);
  }),
);
