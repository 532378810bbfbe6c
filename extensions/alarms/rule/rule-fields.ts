import { type ConditionScope, conditionMistake } from "@rainhooks/conditions/language";
import { type FieldReader, listField, patternField, right, wrong } from "@rainhooks/core/fields";
import { describeValue } from "@rainhooks/core/json";

/** Reads a name: it is part of ids and of commands. */
export const nameField = patternField(
  /^[a-z][a-z0-9-]{0,49}$/,
  "1 to 50 lower-case letters, digits and dashes, the first one a letter",
);

/** Maximum number of destinations of a rule. */
const MAX_DESTINATIONS = 20;

/** Reads a list of names of destinations. */
export const destinationsField = listField(
  { min: 1, max: MAX_DESTINATIONS, of: "names of destinations" },
  patternField(/^[\w-]{1,64}$/, "the name of a destination"),
);

/** Returns a reader of conditions in CEL. */
export function conditionField(scope: ConditionScope): FieldReader<string> {
  return (value) => {
    if (typeof value !== "string") return wrong(`must be a CEL expression, not ${describeValue(value)}`);
    const mistake = conditionMistake(value, scope);
    return mistake === undefined ? right(value) : wrong(mistake);
  };
}
