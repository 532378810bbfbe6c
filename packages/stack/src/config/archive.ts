import { day, fields, flag, numberFrom, optional, whole, withDefault } from "./values.ts";

/** Athena's minimum is 10 MB. */
const MIN_SCAN_LIMIT_GIB = 0.01;

const days = () => numberFrom(30, 36_500, "at least 30");

/** How the archive is stored. */
export const ArchiveSchema = fields({
  /**
   * First day with archived events (UTC, such as `2026-11-25`): Athena looks in no earlier folder.
   * A stage with an archive needs it, and `npm run new-stage` writes it.
   */
  firstDay: optional(day()),
  /** Days until an object moves to the storage class Standard-IA. */
  coolAfterDays: withDefault(days(), 30),
  /**
   * Days until an object moves to Glacier Instant Retrieval: at least 30 more than `coolAfterDays`.
   */
  freezeAfterDays: withDefault(days(), 90),
  /** Days until an object is deleted. @defaultValue never */
  deleteAfterDays: optional(whole(1, 36_500)),
  /**
   * Whether destroying the stage deletes the archived deliveries. Without it, AWS refuses to delete
   * the bucket until you have emptied it. Not allowed in a production stage.
   *
   * @defaultValue false
   */
  forceDestroy: optional(flag()),
  /** Maximum amount of data that one Athena query may scan. */
  scanLimitGiB: withDefault(
    numberFrom(MIN_SCAN_LIMIT_GIB, Number.MAX_VALUE, `at least ${MIN_SCAN_LIMIT_GIB}`),
    10,
  ),
});
