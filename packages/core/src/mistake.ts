/** What is wrong with input from outside. */
export interface Mistake {
  /** Name of the field, such as `toMs` or `oauth2.clientId`; absent if it is about the whole. */
  readonly field?: string | undefined;
  /**
   * What is wrong: the rest of a sentence that begins with the field (`must be after the start.`),
   * or a sentence of its own.
   */
  readonly problem: string;
  /** What to do about it, as a sentence. */
  readonly remedy?: string | undefined;
  /** A word for the kind of mistake, for programs that know a remedy of their own. */
  readonly kind?: string | undefined;
}

/**
 * Returns a mistake as a line for people.
 *
 * @param nameOf Returns how the reader knows a field, such as the option of a command.
 * @defaultValue its own name
 */
export function mistakeText(
  { field, problem, remedy }: Mistake,
  nameOf = (name: string) => name,
): string {
  const subject =
    field === undefined ? [] : [`${nameOf(field)}${/^\p{Lu}/u.test(problem) ? ":" : ""}`];
  return [...subject, problem, ...(remedy === undefined ? [] : [remedy])].join(" ");
}
