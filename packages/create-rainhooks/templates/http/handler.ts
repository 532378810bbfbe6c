import { eventHandler } from "@rainhooks/webhook";
import type { RainmakerEvent } from "@rainhooks/webhook/events";
import { eventBody, httpSink } from "@rainhooks/webhook/sinks";
import { doorBell } from "./webhook.ts";

export const handler = eventHandler(doorBell, ({ settings, stage }) =>
  httpSink<RainmakerEvent<"rmaker.event.alert">>({
    url: settings.url.get,
    toBody: eventBody,
    // The local stage may call a receiver on this machine.
    allowPrivate: stage === "local",
  }),
);
