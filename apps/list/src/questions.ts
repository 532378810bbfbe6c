import { ALARM_QUESTIONS } from "@rainhooks/extensions/alarms/questions/alarms";
import { ATTEMPT_QUESTIONS } from "@rainhooks/extensions/forwarding/questions/attempts";
import {
  DEFAULT_PERMISSIONS,
  type Permission,
  type Question,
} from "@rainhooks/stage/query/question";
import { listAlertsQuestion } from "@rainhooks/stage/query/questions/alerts";
import { firmwareQuestion, fleetQuestion } from "@rainhooks/stage/query/questions/fleet";
import { listNodesQuestion } from "@rainhooks/stage/query/questions/list-nodes";
import {
  countNodesQuestion,
  nodeQuestion,
  timelineQuestion,
} from "@rainhooks/stage/query/questions/nodes";
import { listSeriesQuestion, seriesValuesQuestion } from "@rainhooks/stage/query/questions/series";
import { PROJECT_EXTENSIONS } from "./project-extensions.ts";
import { refuseRepeated } from "./refuse-repeated.ts";

/** All queries of a stage. */
const QUESTIONS: readonly Question[] = [
  countNodesQuestion,
  listNodesQuestion,
  nodeQuestion,
  timelineQuestion,
  listAlertsQuestion,
  fleetQuestion,
  firmwareQuestion,
  listSeriesQuestion,
  seriesValuesQuestion,
  ...ALARM_QUESTIONS,
  ...ATTEMPT_QUESTIONS,
  ...PROJECT_EXTENSIONS.flatMap(({ questions = [] }) => questions),
];
refuseRepeated("queries", QUESTIONS);

/**
 * Returns the queries that permissions allow.
 *
 * @param permissions @defaultValue `["read"]`
 */
export function questionsFor(
  permissions: readonly Permission[] = DEFAULT_PERMISSIONS,
): readonly Question[] {
  return QUESTIONS.filter(({ permission }) => permissions.includes(permission));
}
