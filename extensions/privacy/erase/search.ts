import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import { archiveOf, type StageAccess } from "@rainhooks/stage/stage-access";
import { slotClient } from "@rainhooks/stage/tables/live-tables";
import { ArchivedRows } from "./archived-rows.ts";
import { eraseLine } from "./erase-line.ts";
import type { SearchedTable } from "./erase-tables.ts";
import { isNamedIn, type Sightings } from "./rename.ts";
import { type ErasureSubject, namesOf } from "./subject.ts";

/**
 * Tables that are not searched: the table of erasures has the subject until the erasure is done.
 */
const NOT_SEARCHED = new Set(["erasures"]);

/** Returns the tables of a stage that may have somebody's data. */
export function searchedTables({ outputs }: StageAccess): SearchedTable[] {
  return Object.entries(outputs.tables)
    .filter(([name]) => !NOT_SEARCHED.has(name))
    .map(([name, tableName]) => ({ name, tableName }));
}

/** In a line of the archive, a field with a user. */
const USER_FIELD = /user_?(?:id|name)|shared_?(?:from|to)/i;

/** What reads a stage for somebody's data. */
export type ErasureSearch = ReturnType<typeof searchOf>;

/**
 * Makes what reads a stage for somebody's data.
 *
 * @throws {RainhooksError} `input-invalid` for an id or name that cannot be looked for.
 */
export function searchOf(
  access: StageAccess,
  subject: ErasureSubject,
  alias: string,
  { onProgress, ...sightings }: OperationOptions & Sightings,
) {
  const renaming = { names: namesOf(subject), alias, ...sightings };
  const bucket = {
    client: access.clients.s3,
    bucket: archiveOf(access).bucket,
    isVersioned: access.local === undefined,
  };
  const tables = { client: slotClient(access), renaming };
  let namesUsers = subject.kind === "node";
  const settled = new ArchivedRows(searchedTables(access), tables);
  return {
    renaming,
    isMeant: (text: string) => isNamedIn(text, renaming),
    settled,
    /** False if a user is looked for, and no delivery that was read names one. */
    namesUsers: () => namesUsers,
    objects: {
      bucket,
      eraseLine: (line: string) => {
        namesUsers ||= USER_FIELD.test(line);
        return eraseLine(line, renaming);
      },
      settle: settled.settle.bind(settled),
    },
    tables: {
      ...tables,
      isSettled: settled.has.bind(settled),
      onPage: (items: number) => onProgress?.({ step: "read-tables", items }),
    },
  };
}
