import { Signal } from "@rainhooks/page/signal";

/** A rule that is being written, by its fields: what was typed, or true for a box that was ticked. */
export type RuleDraft = Readonly<Record<string, string | true>>;

/** The rule that somebody is writing. It stays when they look at another page. */
export const draft = new Signal<RuleDraft>({});

/** Returns a rule as a form shows it. */
export function draftOf(rule: object): RuleDraft {
  return Object.fromEntries(
    Object.entries(rule).map(([field, value]) => [field, value === true ? value : String(value)]),
  );
}
