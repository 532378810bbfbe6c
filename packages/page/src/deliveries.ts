import type { DeliveriesAnswer } from "@rainhooks/stage/routes/deliveries";
import { get } from "./api.ts";

/** Which deliveries to read. */
interface Wanted {
  readonly type?: string | undefined;
  readonly node?: string | undefined;
  readonly text?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Where the search before ended. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Reads the newest deliveries of the archive that pass a filter. */
export function readDeliveries(wanted: Wanted, signal: AbortSignal): Promise<DeliveriesAnswer> {
  return get("/console/deliveries", { ...wanted }, signal);
}
