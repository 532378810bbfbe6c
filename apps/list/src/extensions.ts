import { alarms } from "@rainhooks/extensions/alarms/extension";
import { capacity } from "@rainhooks/extensions/capacity/extension";
import { doctor } from "@rainhooks/extensions/doctor/extension";
import { forwarding } from "@rainhooks/extensions/forwarding/extension";
import { neo } from "@rainhooks/extensions/neo/extension";
import { privacy } from "@rainhooks/extensions/privacy/extension";
import { repair } from "@rainhooks/extensions/repair/extension";
import { samples } from "@rainhooks/extensions/samples/extension";
import type { LocalSource } from "@rainhooks/local/source";
import type { Extension } from "@rainhooks/stage/extension";
import { PROJECT_EXTENSIONS } from "./project-extensions.ts";
import { refuseRepeated } from "./refuse-repeated.ts";

/** The extensions that come with Rainhooks, in the order in which people see what they add. */
export const SHIPPED_EXTENSIONS: readonly Extension<LocalSource>[] = [
  forwarding,
  repair,
  samples,
  alarms,
  privacy,
  neo,
  capacity,
  doctor,
];

/** The extensions of a stage. */
export const EXTENSIONS: readonly Extension<LocalSource>[] = [
  ...SHIPPED_EXTENSIONS,
  ...PROJECT_EXTENSIONS,
];
refuseRepeated("extensions", EXTENSIONS);
