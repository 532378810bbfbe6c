import type { BatchObserver } from "@rainhooks/sinks/observed-sink";
import type { ExtensionAttributes, TimeSeriesEvent } from "./puts.ts";

/** What an extension does while time series are written. */
export interface TimeSeriesExtension extends BatchObserver<TimeSeriesEvent> {
  /**
   * Called before each batch; what it returns is called for each series of an event. It must not
   * throw: the events of the batch would be tried again, and end as dead letters.
   *
   * @param publishedMs When the newest event of the batch was published, epoch milliseconds.
   */
  readonly beforeBatch?: (publishedMs: number) => Promise<ExtensionAttributes | undefined>;
}
