import type { SlotTable } from "@rainhooks/dynamodb/slots/read";

/** A stage whose stores are rebuilt. */
export interface RebuildTarget {
  readonly dataDir: string;
  readonly slots: SlotTable;
}

/** Rebuilds of the tables of a store. */
export interface Rebuilds {
  /**
   * Rebuilds a store, and kills the process of the rebuild at each moment; it is then started
   * again.
   *
   * @returns The moments at which it was killed.
   * @throws {RainhooksError} `stage-failed` if it does not switch.
   */
  withKills(store: string, target: RebuildTarget, print: (text: string) => void): Promise<string[]>;
  /** Makes the old tables of a store live again. */
  goBack(store: string, target: RebuildTarget): Promise<void>;
}
