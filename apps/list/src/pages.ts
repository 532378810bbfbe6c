import { alarmPages } from "@rainhooks/extensions/alarms/page/pages.jsx";
import { forwardingPages } from "@rainhooks/extensions/forwarding/page/pages.jsx";
import { userPages } from "@rainhooks/extensions/privacy/page/pages.jsx";
import { repairPages } from "@rainhooks/extensions/repair/page/pages.jsx";
import type { ExtensionPages } from "@rainhooks/page/pages";

/** What extensions add to the page, in the order in which it is shown. */
export const PAGES: readonly ExtensionPages[] = [
  alarmPages,
  forwardingPages,
  repairPages,
  userPages,
];
