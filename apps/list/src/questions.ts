import { DEFAULT_PERMISSIONS, type Permission, type Question } from "../question.ts";
import { alarmKpiQuestion, alarmQuestion, listAlarmsQuestion } from "./alarms.ts";
import { listAlertsQuestion } from "./alerts.ts";
import { attemptQuestion, listAttemptsQuestion } from "./attempts.ts";
import { firmwareQuestion, fleetQuestion } from "./fleet.ts";
import { listFleetAlertsQuestion } from "./fleet-alerts.ts";
import { listNodesQuestion } from "./list-nodes.ts";
import { countNodesQuestion, nodeQuestion, timelineQuestion } from "./nodes.ts";
import { listSeriesQuestion, seriesValuesQuestion } from "./series.ts";
import { listWatchRulesQuestion } from "./watch-rules.ts";

/** All queries of a stage. */
const QUESTIONS: readonly Question[] = [
  countNodesQuestion,
  listNodesQuestion,
  nodeQuestion,
  timelineQuestion,
  listAlertsQuestion,
  listFleetAlertsQuestion,
  fleetQuestion,
  firmwareQuestion,
  listSeriesQuestion,
  seriesValuesQuestion,
  listAlarmsQuestion,
  alarmQuestion,
  alarmKpiQuestion,
  listWatchRulesQuestion,
  listAttemptsQuestion,
  attemptQuestion,
] as readonly Question[];

/**
 * Returns the queries that permissions allow.
 *
 * @param permissions @defaultValue `["read"]`
 */
export function questionsFor(permissions: readonly Permission[] = DEFAULT_PERMISSIONS): readonly Question[] {
  return QUESTIONS.filter(({ permission }) => permissions.includes(permission));
}
