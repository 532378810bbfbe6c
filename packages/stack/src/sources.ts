import { type EventType, isDerived } from "@rainhooks/core/catalog";

/** Where the events of a stage come from, as far as extensions decide it. */
export interface EventSources {
  /** Whether no RainMaker topic has events of the stage: then it makes all topics itself. */
  readonly makesTopics: boolean;
  /** Whether nothing publishes an event in this stage. */
  readonly isAbsent: (type: EventType) => boolean;
}

/** Whether a stage makes the topic of an event itself. */
export function isStageTopic(
  { makesTopics }: Pick<EventSources, "makesTopics">,
  type: EventType,
): boolean {
  return makesTopics || isDerived(type);
}
