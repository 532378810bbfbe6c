import { decode } from "@rainhooks/core/decode/decode";
import { deliveryOf } from "@rainhooks/testing/samples";
import type { Destination } from "../destinations/destination.ts";
import { destinationOf } from "../destinations/destination-item.ts";
import { readSettings } from "../destinations/read-settings.ts";
import type { DestinationSecrets } from "../secrets/secrets.ts";
import type { SendRequest } from "../send/sender.ts";

/** A secret of Standard Webhooks. */
export const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/** A destination with settings of its own. */
function destinationWith(settings: object): Destination {
  return destinationOf(readSettings({ id: "crm", url: "https://crm.example.com", ...settings }), {
    nowMs: 0,
  });
}

/** An attempt to send an alert. */
export function alertTo(
  url: string,
  {
    settings = {},
    secrets = {},
  }: { readonly settings?: object; readonly secrets?: Partial<DestinationSecrets> } = {},
): SendRequest & { readonly secrets: DestinationSecrets } {
  const event_data = { node_id: "n1", user_id: "u1", message_body: "Too hot" };
  const delivery = deliveryOf({
    event_type: "rmaker.event.alert",
    timestamp: 1_700_000_000_123,
    event_data,
  });
  const decoded = decode(delivery);
  if (decoded.kind !== "event") throw new Error("It is no event.");
  return {
    destination: destinationWith(settings),
    secrets: { url, signingSecrets: [{ secret: SECRET }], headers: {}, ...secrets },
    events: [{ delivery, event: decoded.event, webhookId: "evt_1" }],
    webhookId: "evt_1",
    attempt: 1,
  };
}
