export { type AskedStage, ask, PAGE, type Page } from "./ask.ts";
export { TIME, time } from "./params/kinds.ts";
export { type Param, ParamMistake, type ParamSchema, type Params } from "./params/param.ts";
export type { AnswerOf, Question } from "./question.ts";
export { QUESTIONS } from "./questions/index.ts";
export { countNodesQuestion, listNodesQuestion, nodeQuestion, timelineQuestion } from "./questions/nodes.ts";
export { listSeriesQuestion, seriesValuesQuestion } from "./questions/series.ts";
export { type Stores, type StoreTables, storesOf } from "./stores.ts";
