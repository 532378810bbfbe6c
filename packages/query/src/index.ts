export { type AskedStage, ask, PAGE, type Page } from "./ask.ts";
export { choice, optionalText, requiredText, TIME, time } from "./params/kinds.ts";
export {
  type Param,
  ParamMistake,
  type ParamSchema,
  type Params,
  readParams,
  type ValuesOf,
} from "./params/param.ts";
export { absoluteTime, writtenTime } from "./params/written-time.ts";
export type { AnswerOf, Permission, Question } from "./question.ts";
export { alarmKpiQuestion, alarmQuestion, listAlarmsQuestion } from "./questions/alarms.ts";
export { listAlertsQuestion } from "./questions/alerts.ts";
export { attemptQuestion, listAttemptsQuestion } from "./questions/attempts.ts";
export { firmwareQuestion, fleetQuestion } from "./questions/fleet.ts";
export { listFleetAlertsQuestion } from "./questions/fleet-alerts.ts";
export { questionsFor } from "./questions/index.ts";
export { listNodesQuestion } from "./questions/list-nodes.ts";
export { countNodesQuestion, nodeQuestion, timelineQuestion } from "./questions/nodes.ts";
export { listSeriesQuestion, seriesValuesQuestion } from "./questions/series.ts";
export { listWatchRulesQuestion } from "./questions/watch-rules.ts";
export { type Stores, type StoreTables, storesOf } from "./stores.ts";
