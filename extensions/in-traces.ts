import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import type { Line } from "@rainhooks/stage/terminal/format-table";
import { deliveryLines } from "./forwarding/views/delivery-lines.ts";

/** What extensions say of a delivery that is traced. */
export const IN_TRACES: readonly ((
  access: StageAccess,
  delivery: Delivery,
) => Promise<readonly Line[]>)[] = [deliveryLines];
