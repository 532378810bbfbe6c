import type { ErasureSubject } from "./subject.ts";

/**
 * What would become of a text: `goes` and `alias` are sure; `word` gets an alias because the subject is a
 * word of it; `stays` has the subject in a longer word or as the name of a field.
 */
export type ExampleKind = "goes" | "alias" | "word" | "stays";

/** A place of the subject, so that people can see whether it is meant. */
export interface PlanExample {
  readonly kind: ExampleKind;
  /** A table, `archive` or `dead letters`; empty where it can be any. */
  readonly place: string;
  /** The text around the subject. */
  readonly text: string;
}

const MAX_OF_A_KIND = 3;
const BEFORE = 40;
const LENGTH = 100;

/** Collects some examples of each kind and place. */
export class Examples {
  readonly list: PlanExample[] = [];
  readonly #subject: ErasureSubject;

  constructor(subject: ErasureSubject) {
    this.#subject = subject;
  }

  add(kind: ExampleKind, place: string, text: string): void {
    const same = this.list.filter((one) => one.kind === kind && one.place === place);
    if (same.length >= MAX_OF_A_KIND) return;
    const around = this.#around(text);
    if (!same.some((one) => one.text === around)) this.list.push({ kind, place, text: around });
  }

  #around(text: string): string {
    const names = [this.#subject.id, ...this.#subject.also];
    // JSON in JSON is easier to read without what escapes its quotes.
    const plain = text.replaceAll("\\", "");
    const places = names.map((name) => plain.indexOf(name)).filter((place) => place >= BEFORE);
    const start = places.length === 0 ? 0 : Math.min(...places) - BEFORE;
    return plain.slice(start, start + LENGTH);
  }
}
