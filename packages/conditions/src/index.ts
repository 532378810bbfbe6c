export type { NodeAttributes } from "@rainhooks/core";
export {
  appliesTo,
  type ConditionVerdict,
  charactersRead,
  type EventSubject,
  holdsFor,
  holdsForEvent,
} from "./condition.ts";
export { type ConditionScope, conditionMistake } from "./language.ts";
