import type { StackPart } from "@rainhooks/stack/stack-part";
import { samplesUsage } from "../costs.ts";

/** What samples of the fleet cost. */
export const samplesPart: StackPart = {
  name: "samples",
  costs: { monthly: { "fleet samples": samplesUsage } },
};
