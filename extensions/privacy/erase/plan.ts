import { unmarshall } from "@aws-sdk/util-dynamodb";
import { ERASED_PREFIX } from "@rainhooks/core/event";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { abortable, type OperationOptions } from "@rainhooks/stage/operate/progress";
import type { StageAccess } from "@rainhooks/stage/reached";
import type { DeadLetterMessage } from "@rainhooks/stage/read-dead-letters";
import { erasureTable } from "@rainhooks/stage/tables/erased";
import { begunIn } from "./erase.ts";
import { eraseLetters } from "./erase-letters.ts";
import { eraseObjects } from "./erase-objects.ts";
import { eraseTable } from "./erase-tables.ts";
import { type Erasure, type ErasureCounts, readErasures } from "./erasure-store.ts";
import { Examples, type PlanExample } from "./examples.ts";
import { type Leftover, leftoversOf } from "./leftovers.ts";
import { eventsWith, isOutboxEntry } from "./outbox-entry.ts";
import { searchedTables, searchOf } from "./search.ts";
import type { ErasureSubject } from "./subject.ts";
import { type WaitingFunction, waitingFunctions } from "./waits.ts";

/** What would be erased. */
export interface ErasurePlan {
  readonly counts: ErasureCounts;
  /** Items that name the subject, by table. */
  readonly tables: ReadonlyMap<string, number>;
  /** Examples of what would be deleted, of what would get an alias, and of what is unsure. */
  readonly examples: readonly PlanExample[];
  /** Functions for which messages wait. */
  readonly waits: readonly WaitingFunction[];
  readonly leftovers: readonly Leftover[];
  /** The erasure of the same subject that was begun and has not ended. */
  readonly begun: Erasure | undefined;
}

/** A piece of data that names a subject. */
export type SubjectData =
  | { readonly in: "archive"; readonly line: string }
  | { readonly in: "table"; readonly table: string; readonly item: Readonly<Record<string, unknown>> }
  | { readonly in: "dead-letters"; readonly letter: DeadLetterMessage };

/**
 * Looks where the data of a node or a user is, and changes nothing.
 *
 * @param onFound Called with each piece of it.
 * @throws {RainhooksError} `input-invalid` for an id that cannot be looked for.
 */
export async function planErasure(
  reached: StageAccess,
  subject: ErasureSubject,
  {
    onFound,
    ...given
  }: OperationOptions & { readonly onFound?: ((one: SubjectData) => void) | undefined } = {},
): Promise<ErasurePlan> {
  const options = abortable(given);
  const examples = new Examples(subject);
  const sightings = {
    onWord: (text: string) => examples.add("word", "", text),
    onStays: (text: string) => examples.add("stays", "", text),
  };
  const search = searchOf(reached, subject, `${ERASED_PREFIX}planned`, { ...options, ...sightings });
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
    const shown = { ...unmarshall(item), ...events };
    examples.add(goes ? "goes" : "alias", table, JSON.stringify(shown));
    onFound?.({ in: "table", table, item: shown });
  };
  const tables = new Map<string, number>();
  for (const table of searchedTables(reached)) {
    const found = await eraseTable(table, { ...search.tables, onItem }, false);
    if (found > 0) tables.set(table.name, found);
  }
  const onLetter = (letter: DeadLetterMessage) => {
    examples.add("goes", "dead letters", letter.body);
    onFound?.({ in: "dead-letters", letter });
  };
  const letters = await eraseLetters(reached, { ...search, onLetter }, false);
  const items = [...tables.values()].reduce((sum, one) => sum + one, 0);
  return {
    counts: { ...counts, items, letters },
    tables,
    examples: examples.list,
    waits: await waitingFunctions(reached),
    leftovers: leftoversOf(reached, {
      nowMs: Date.now(),
      late: [],
      isSwept: true,
      unreadable: counts.unreadable,
    }),
    begun: begunIn(await readErasures(erasureTable(reached)), subject),
  };
}
