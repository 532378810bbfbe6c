import type { ExtensionPages } from "@rainhooks/page/pages";
import { AlarmPage } from "./alarm-page.tsx";
import { AlarmsPage } from "./alarms-page.tsx";
import { useAlarmMarks } from "./node-marks.ts";
import { SilenceNode } from "./silence.tsx";

/** The pages of alarms. */
export const alarmPages: ExtensionPages = {
  sections: { alarms: AlarmsPage },
  details: { alarms: AlarmPage },
  useNodeMarks: useAlarmMarks,
  nodeActions: SilenceNode,
};
