import type { TableDescription } from "@rainhooks/dynamodb/table-description";

/** What somebody still has to read in the old tables of a store after it was rebuilt. */
export interface RebuildWait {
  /** Table within the stage: a rebuild waits only while it has items. */
  readonly whileIn: string;
  /** Time in which all is read, if nothing is wrong. */
  readonly waitMs: number;
  /** How a sentence ends that begins with `Waiting until`. */
  readonly until: string;
}

/** What an extension says of itself as data, for the operations of others and for programs. */
export interface ExtensionData {
  /** A name of which there is no other; of those that come with Rainhooks, that of its folder. */
  readonly name: string;
  /** Tables that a stage with it has, besides those that functions use. */
  readonly tables?: readonly TableDescription[];
  /** What a rebuild waits for before it switches to the new tables of a store. */
  readonly rebuildWaits?: RebuildWait;
}

/** Returns the tables that a stage with extensions has, besides those that functions use. */
export function extensionTables(extensions: readonly ExtensionData[]): TableDescription[] {
  return extensions.flatMap(({ tables = [] }) => tables);
}
