/** How the archive is stored. */
export interface ArchiveConfig {
  /** Gzipped JSON lines, or Parquet, for which Firehose charges a conversion per GB. @defaultValue `json` */
  readonly format?: "json" | "parquet";
  /** Whether each topic has its own folder. Firehose charges for this per GB. @defaultValue false */
  readonly partitionByTopic?: boolean;
  /**
   * Whether Athena also reads notifications: set it when a stage goes back from `delivery: "firehose"`, as long as lines of that time
   * are in its archive.
   *
   * @defaultValue true with `delivery: "firehose"`, otherwise false
   */
  readonly notifications?: boolean;
  /** First day with archived events (UTC, such as `2026-11-25`): Athena looks in no earlier folder. @defaultValue the day of the first deployment */
  readonly firstDay?: string;
  /** Days until an object moves to the storage class Standard-IA. @defaultValue 30 */
  readonly coolAfterDays?: number;
  /** Days until an object moves to Glacier Instant Retrieval. @defaultValue 90 */
  readonly freezeAfterDays?: number;
  /** Days until an object is deleted. @defaultValue never */
  readonly deleteAfterDays?: number;
  /**
   * Whether destroying the stage deletes the archived deliveries. Without it, AWS refuses to delete the bucket until you have
   * emptied it. Not allowed in a production stage.
   *
   * @defaultValue false
   */
  readonly forceDestroy?: boolean;
  /** Maximum amount of data that one Athena query may scan. @defaultValue 10 */
  readonly scanLimitGiB?: number;
}
