export {
  appliesTo,
  type ConditionVerdict,
  type EventSubject,
  holdsFor,
  holdsForEvent,
  type NodeAttributes,
} from "./condition.ts";
export { type ConditionScope, conditionMistake } from "./language.ts";
