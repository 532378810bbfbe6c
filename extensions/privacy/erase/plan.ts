import { unmarshall } from "@aws-sdk/util-dynamodb";
import { ERASED_PREFIX } from "@rainhooks/core/event";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { abortable, type OperationOptions } from "@rainhooks/stage/operate/progress";
import type { DeadLetterMessage } from "@rainhooks/stage/read-dead-letters";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { erasureTable } from "@rainhooks/stage/tables/erasures";
import { openErasure } from "./erase.ts";
import { eraseDeadLetters } from "./erase-dead-letters.ts";
import { eraseObjects } from "./erase-objects.ts";
import { quartersOf } from "./erase-readings.ts";
import { eraseTable, eventsWith, isOutboxEntry } from "./erase-tables.ts";
import { readErasures } from "./erasure-store.ts";
import { leftoversOf } from "./leftovers.ts";
import { searchedTables, searchOf } from "./search.ts";
import type { ErasureSubject } from "./subject.ts";
import { waitingFunctions } from "./waits.ts";

/** What would be erased. */
export type ErasurePlan = Awaited<ReturnType<typeof planErasure>>;

/** A piece of data that names a subject. */
export type SubjectData =
  | { readonly in: "archive"; readonly line: string }
  | {
      readonly in: "table";
      readonly table: string;
      readonly item: Readonly<Record<string, unknown>>;
    }
  | { readonly in: "dead-letters"; readonly letter: DeadLetterMessage };

/**
 * Looks where the data of a node or a user is, and changes nothing.
 *
 * @param onFound Called with each piece of it.
 * @throws {RainhooksError} `input-invalid` for an id that cannot be looked for.
 */
export async function planErasure(
  access: StageAccess,
  subject: ErasureSubject,
  {
    onFound,
    ...given
  }: OperationOptions & { readonly onFound?: ((one: SubjectData) => void) | undefined } = {},
) {
  const options = abortable(given);
  const examples = new Examples(subject);
  const sightings = {
    onWord: (text: string) => examples.add("word", "", text),
    onStays: (text: string) => examples.add("stays", "", text),
  };
  const search = searchOf(access, subject, `${ERASED_PREFIX}planned`, { ...options, ...sightings });
  let objects = 0;
  const onLine = (line: string, goes: boolean) => {
    examples.add(goes ? "goes" : "alias", "archive", line);
    onFound?.({ in: "archive", line });
  };
  const onObject = () => {
    objects += 1;
    options.onProgress?.({ step: "erase", objects });
  };
  const counts = await eraseObjects({ ...search.objects, onLine, onObject }, undefined);
  const onItem = (table: string, item: Attributes, goes: boolean) => {
    const events = isOutboxEntry(table, item) ? { events: eventsWith(item, search.renaming) } : {};
    const content = quartersOf(table, item);
    const shown = { ...unmarshall(item), ...events, ...(content && { content }) };
    examples.add(goes ? "goes" : "alias", table, JSON.stringify(shown));
    onFound?.({ in: "table", table, item: shown });
  };
  const tables = new Map<string, number>();
  for (const table of searchedTables(access)) {
    const found = await eraseTable(table, { ...search.tables, onItem }, false);
    if (found > 0) tables.set(table.name, found);
  }
  const onLetter = (letter: DeadLetterMessage) => {
    examples.add("goes", "dead letters", letter.body);
    onFound?.({ in: "dead-letters", letter });
  };
  const letters = await eraseDeadLetters(access, { ...search, onLetter }, false);
  const items = [...tables.values()].reduce((sum, one) => sum + one, 0);
  return {
    counts: { ...counts, items, letters },
    /** Items that name the subject, by table. */
    tables,
    examples: examples.list,
    waits: await waitingFunctions(access),
    leftovers: leftoversOf(access, {
      nowMs: Date.now(),
      late: [],
      isSwept: true,
      unreadable: counts.unreadable,
      namesUsers: search.namesUsers(),
    }),
    /** The erasure of the same subject that was begun and has not ended. */
    begun: openErasure(await readErasures(erasureTable(access)), subject),
  };
}

/**
 * What would become of a text: `goes` and `alias` are sure; `word` gets an alias because the
 * subject is a word of it; `stays` has the subject in a longer word or as the name of a field.
 */
type ExampleKind = "goes" | "alias" | "word" | "stays";

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
