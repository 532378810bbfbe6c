/** Lines by bucket, somewhere else than in memory. */
export interface BucketFiles {
  /** Adds lines to buckets, after those of calls before. */
  append(lines: ReadonlyMap<number, readonly string[]>): Promise<void>;
  /** Reads the lines of a bucket, many at a time. */
  read(bucket: number): AsyncIterable<readonly string[]>;
}
