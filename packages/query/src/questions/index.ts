import type { Question } from "../question.ts";
import { listAlertsQuestion } from "./alerts.ts";
import { firmwareQuestion, fleetQuestion } from "./fleet.ts";
import { countNodesQuestion, listNodesQuestion, nodeQuestion, timelineQuestion } from "./nodes.ts";
import { listSeriesQuestion, seriesValuesQuestion } from "./series.ts";

/** All queries of a stage. */
export const QUESTIONS: readonly Question[] = [
  countNodesQuestion,
  listNodesQuestion,
  nodeQuestion,
  timelineQuestion,
  listAlertsQuestion,
  fleetQuestion,
  firmwareQuestion,
  listSeriesQuestion,
  seriesValuesQuestion,
] as readonly Question[];
