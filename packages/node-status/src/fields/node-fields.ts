import { alertHours } from "./alert-hours.ts";
import { clockField } from "./clock-field.ts";
import { config } from "./config.ts";
import { disconnectReason } from "./disconnect-reason.ts";
import { excused } from "./excused.ts";
import { firmwareReports } from "./firmware-reports.ts";
import { heard } from "./heard.ts";
import { lastAlert } from "./last-alert.ts";
import { lastOther } from "./last-other.ts";
import { markedMs } from "./marked-ms.ts";
import { recent } from "./recent.ts";
import { seenMs } from "./seen-ms.ts";

/**
 * All fields of a node's row, by attribute name. To add a field, add one entry here; if it has `show`, readers get it under
 * the same name.
 */
export const NODE_FIELDS = {
  connected: clockField("rmaker.event.node_connected"),
  disconnected: clockField("rmaker.event.node_disconnected"),
  disconnectReason,
  excused,
  lastOther,
  config,
  firmwareReports,
  lastAlert,
  alertHours,
  seenMs,
  heard,
  recent,
  markedMs,
};
