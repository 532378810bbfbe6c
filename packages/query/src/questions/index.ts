import type { Question } from "../question.ts";
import { countNodesQuestion, listNodesQuestion, nodeQuestion, timelineQuestion } from "./nodes.ts";
import { listSeriesQuestion, seriesValuesQuestion } from "./series.ts";

/** All queries of a stage. */
export const QUESTIONS: readonly Question[] = [
  countNodesQuestion,
  listNodesQuestion,
  nodeQuestion,
  timelineQuestion,
  listSeriesQuestion,
  seriesValuesQuestion,
] as readonly Question[];
