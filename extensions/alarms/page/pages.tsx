import type { ExtensionPages } from "@rainhooks/page/pages";
import { AlarmPage } from "./alarm-page.tsx";
import { AlarmsPage } from "./alarms-page.tsx";
import { Drops, FleetAlarms } from "./fleet-alarms.tsx";
import { useAlarmAnnotations } from "./node-annotations.ts";
import { SilenceNode } from "./silence.tsx";

/** The pages of alarms. */
export const alarmPages: ExtensionPages = {
  sections: { alarms: AlarmsPage },
  details: { alarms: AlarmPage },
  fleet: [FleetAlarms, Drops],
  useNodeAnnotations: useAlarmAnnotations,
  nodeActions: SilenceNode,
};
