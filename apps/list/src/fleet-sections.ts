import { FleetAlarms } from "@rainhooks/extensions/alarms/page/fleet-alarms.jsx";
import type { ComponentType } from "preact";

/** What extensions add to the page of the fleet, which is loaded first. */
export const FLEET_SECTIONS: readonly ComponentType[] = [FleetAlarms];
