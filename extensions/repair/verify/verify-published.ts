import { topicName } from "@rainhooks/core/deliveries/read";
import { DAY_MS, HOUR_MS } from "@rainhooks/core/durations";
import { inputError, RainhooksError } from "@rainhooks/core/errors";
import { abortable, type OperationOptions } from "@rainhooks/stage/operate/progress";
import { hoursOf, stageArchive } from "@rainhooks/stage/operate/stage/archive";
import { archiveOf, type StageAccess } from "@rainhooks/stage/reached";
import { erasedOf } from "@rainhooks/stage/tables/erased";
import { waitUntilArchived } from "../archived/wait-until-archived.ts";
import { workFunctionOf } from "../work/invoke.ts";
import { withWork } from "../work/work.ts";
import { METRICS_LATE_MS, publishedCounts } from "./published-counts.ts";
import type { VerifyOutcome } from "./report.ts";
import { type ArchiveReport, verifyArchive } from "./verify-archive.ts";
import type { VerifyQuestion } from "./verify-tables.ts";

/** How exact SNS's metric is: approximate, and a message can count in the hour beside that of its time. */
const AWS_TOLERANCE = 0.001;

/** The result of comparing the archive with what was published. */
export interface VerifiedArchive {
  readonly outcome: VerifyOutcome;
  /** By which share of the larger number they may differ. */
  readonly tolerance: number;
  readonly report: ArchiveReport;
}

/**
 * Compares the archive with what SNS says it took.
 *
 * @throws {RainhooksError} `input-invalid` for times that SNS does not count; `stage-unavailable` for a stage
 * of an older version.
 */
export async function verifyPublished(
  reached: StageAccess,
  question: Pick<VerifyQuestion, "fromMs" | "toMs">,
  given: OperationOptions = {},
): Promise<VerifiedArchive> {
  const options = abortable(given);
  const { topics } = archiveOf(reached);
  if (topics === undefined)
    throw new RainhooksError(
      "stage-unavailable",
      `Stage ${reached.outputs.stage} does not say which topics it archives. Deploy it again with this version.`,
    );
  const asked = rangeOf(reached, question);
  // Before the archive is read: it then has everything that is counted here.
  const { counts, toMs } = await publishedCounts(reached, Object.values(topics).map(topicName), asked);
  const range = { fromMs: asked.fromMs, toMs };
  await waitUntilArchived(reached, toMs, { ...options, wait: true });
  const tolerance = reached.local === undefined ? AWS_TOLERANCE : 0;
  const dependencies = {
    archive: stageArchive(reached),
    hours: await hoursOf(reached, range, Date.now()),
    published: counts,
    erased: await erasedOf(reached),
    tolerance,
    ...options,
  };
  const report = await withWork(workFunctionOf(reached), {}, (work) =>
    verifyArchive(range, { work, ...dependencies }),
  );
  return { outcome: outcomeOf(report), tolerance, report };
}

/**
 * Returns whole hours, because SNS counts these. On a local stage, where no count is late, the end can be
 * left open.
 */
function rangeOf(
  { local }: StageAccess,
  { fromMs: from, toMs: to }: Pick<VerifyQuestion, "fromMs" | "toMs">,
) {
  const nowMs = Date.now();
  const lastMs = local === undefined ? wholeHour(nowMs - METRICS_LATE_MS) : nowMs;
  const endMs = to === undefined ? lastMs : wholeHour(to);
  const fromMs = wholeHour(from === undefined ? endMs - DAY_MS : from + HOUR_MS - 1);
  if (endMs > lastMs)
    throw inputError({
      field: "toMs",
      problem: "must be earlier, or left out: SNS does not yet say how much it took before it.",
    });
  if (fromMs >= endMs)
    throw inputError({
      field: "fromMs",
      problem: "must be at least a whole hour before the end: SNS counts by hours.",
    });
  return { fromMs, toMs: local !== undefined && to === undefined ? undefined : endMs };
}

function wholeHour(atMs: number): number {
  return Math.floor(atMs / HOUR_MS) * HOUR_MS;
}

function outcomeOf({ differences, compared, unreadable, withoutTopic }: ArchiveReport): VerifyOutcome {
  if (differences.length > 0) return "different";
  return compared === 0 || unreadable + withoutTopic > 0 ? "unjudged" : "equal";
}
