export type { NodeAttributes } from "@rainhooks/core";
export {
  appliesTo,
  type ConditionVerdict,
  type EventSubject,
  holdsFor,
  holdsForEvent,
} from "./condition.ts";
export { type ConditionScope, conditionMistake } from "./language.ts";
