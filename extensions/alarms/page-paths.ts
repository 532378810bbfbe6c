import type { PagePaths } from "@rainhooks/page/pages";

/** Where the pages of alarms are. */
export const ALARM_PATHS: PagePaths = {
  sections: [["alarms", "Alarms"]],
  details: { alarms: "alarms" },
};
