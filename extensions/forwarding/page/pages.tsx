import type { ExtensionPages } from "@rainhooks/page/pages";
import { DeliveryDestinations } from "./delivery-destinations.tsx";
import { DestinationPage } from "./destination-page.tsx";
import { DestinationsPage } from "./destinations-page.tsx";

/** The destinations of a stage, the page of one, and where a delivery was sent. */
export const forwardingPages: ExtensionPages = {
  sections: { destinations: DestinationsPage },
  details: { destinations: DestinationPage },
  delivery: DeliveryDestinations,
};
