import type { ExtensionPages } from "@rainhooks/page/pages";
import { DeliveryDestinations } from "./delivery-destinations.tsx";
import { DestinationPage } from "./destination-page.tsx";
import { Destinations } from "./destinations.tsx";

/** The page of a destination, the destinations of a stage, and where a delivery was sent. */
export const forwardingPages: ExtensionPages = {
  details: { destinations: DestinationPage },
  webhooks: Destinations,
  delivery: DeliveryDestinations,
};
