import { alarmTests } from "../alarms/console-alarms.ts";
import type { ConsolePage } from "../console/shown-page.ts";
import { destinationTests } from "../forwarding/console-destinations.ts";
import { repairTests } from "../repair/console-repair.ts";

/** Tests of the pages of extensions, in the browser. */
export const PAGE_TESTS: readonly ((shown: () => ConsolePage) => void)[] = [
  repairTests,
  destinationTests,
  alarmTests,
];
