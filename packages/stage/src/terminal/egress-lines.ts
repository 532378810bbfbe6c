import type { StageOutputs } from "../outputs.ts";
import type { Line } from "./lines.ts";

/** Says from which subnets functions connect to others, if they are in a network. */
export function egressLines({ egress }: StageOutputs): Line[] {
  if (egress === undefined) return [];
  return [["connects from", `${egress.subnetIds.join(", ")} (${egress.functions.join(", ")})`]];
}
