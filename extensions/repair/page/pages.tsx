import type { ExtensionPages } from "@rainhooks/page/pages";
import { DeadLetters } from "./dead-letters.tsx";
import { DeliveryDeadLetters } from "./delivery-dead-letters.tsx";
import { Repairs } from "./replays.tsx";

/** What repairs are on the page of the webhooks, and on that of a delivery. */
export const repairPages: ExtensionPages = {
  webhooks: Repairs,
  deadLetters: DeadLetters,
  delivery: DeliveryDeadLetters,
};
