import type { ExtensionPages } from "@rainhooks/page/pages";
import { DeadLetters } from "./dead-letters.tsx";
import { DeliveryLetters } from "./delivery-letters.tsx";
import { type RepairsProps, Replays } from "./replays.tsx";
import { Verify } from "./verify.tsx";

/** What repairs are on the page of the webhooks, and on that of a delivery. */
export const repairPages: ExtensionPages = {
  webhooks: Repairs,
  deadLetters: DeadLetters,
  delivery: DeliveryLetters,
};

function Repairs({ of }: RepairsProps) {
  return (
    <>
      <Replays of={of} />
      <Verify />
    </>
  );
}
