/** Lines by partition, somewhere else than in memory. */
export interface PartitionFiles {
  /** Adds lines to partitions, after those of calls before. */
  append(lines: ReadonlyMap<number, readonly string[]>): Promise<void>;
  /** Reads the lines of a partition, many at a time. */
  read(partition: number): AsyncIterable<readonly string[]>;
}
