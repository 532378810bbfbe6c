import {
  catalogEntry,
  describeValue,
  EVENT_TYPES,
  type EventType,
  type Field,
  isPrintable,
  right,
  shortType,
  wrong,
} from "@rainhooks/core";

/** Reads a text of printable characters. */
export function textField(
  value: unknown,
  { min = 0, max }: { readonly min?: number; readonly max: number },
): Field<string> {
  if (typeof value !== "string" || value.length < min || value.length > max || !isPrintable(value))
    return wrong(`is a text of ${min} to ${max} printable characters, not ${describeValue(value)}`);
  return right(value);
}

/** Reads a text with a pattern. */
export function patternField(value: unknown, pattern: RegExp, rule: string): Field<string> {
  return typeof value === "string" && pattern.test(value)
    ? right(value)
    : wrong(`${rule}, not ${describeValue(value)}`);
}

/** Reads one of some texts. */
export function choiceField<T extends string>(value: unknown, choices: readonly T[]): Field<T> {
  const choice = choices.find((one) => one === value);
  return choice === undefined
    ? wrong(`is ${choices.join(", ")}, not ${describeValue(value)}`)
    : right(choice);
}

/** Reads a whole number. */
export function countField(value: unknown, min: number, max: number): Field<number> {
  return typeof value === "number" && Number.isInteger(value) && value >= min && value <= max
    ? right(value)
    : wrong(`is a whole number from ${min} to ${max}, not ${describeValue(value)}`);
}

/** Reads true or false. */
export function flagField(value: unknown): Field<boolean> {
  return typeof value === "boolean" ? right(value) : wrong(`is true or false, not ${describeValue(value)}`);
}

/** Reads a list without repetitions; the first mistake in an entry is that of the list. */
export function listField<T>(
  value: unknown,
  max: number,
  readOne: (entry: unknown) => Field<T>,
): Field<readonly T[]> {
  if (!Array.isArray(value) || value.length > max)
    return wrong(`is a list of up to ${max}, not ${describeValue(value)}`);
  const entries = new Set<T>();
  for (const [index, one] of value.entries()) {
    const entry = readOne(one);
    if (!entry.ok) return wrong(`[${index}] ${entry.mistake}`);
    entries.add(entry.value);
  }
  return right([...entries]);
}

/** Reads event types, with or without `rmaker.event.`, or `all`. */
export function eventsField(value: unknown): Field<"all" | readonly EventType[]> {
  if (value === "all") return right("all");
  const list = listField(value, EVENT_TYPES.length * 3, eventField);
  if (!list.ok) return list;
  return list.value.length === 0
    ? wrong('is "all" or a list of events, not an empty list')
    : right(list.value);
}

function eventField(value: unknown): Field<EventType> {
  const text = typeof value === "string" ? value : "";
  const type = catalogEntry(text)?.type ?? EVENT_TYPES.find((one) => shortType(one) === text);
  return type === undefined
    ? wrong(
        `${describeValue(value)} is not an event. The events are ${EVENT_TYPES.map(shortType).join(", ")}`,
      )
    : right(type);
}
