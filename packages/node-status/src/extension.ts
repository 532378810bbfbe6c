import type { RainmakerEvent } from "@rainhooks/core/event";
import type { BatchObserver } from "@rainhooks/sinks/observed-sink";
import type { NodeFacts } from "./facts.ts";
import type { ExtensionField } from "./fields/extension-field.ts";

/**
 * Returns facts of a row that is about to be written, with notes of the change in fields of
 * extensions.
 */
export type NoteChange = (before: NodeFacts | undefined, after: NodeFacts) => NodeFacts;

/** What an extension does while node status writes. */
export interface NodeStatusExtension extends BatchObserver<RainmakerEvent> {
  readonly fields: readonly ExtensionField[];
  /**
   * Called before each batch; what it returns is called for each row that changes, as often as it
   * is written. It must not throw: the events of the batch would be tried again, and end as dead
   * letters.
   *
   * @param publishedMs When the newest event of the batch was published, epoch milliseconds.
   */
  readonly beforeBatch?: (publishedMs: number) => Promise<NoteChange | undefined>;
}
