import { addToHour, type HourTopics, hourOf, startOf } from "@rainhooks/archive/hour";
import { topicName } from "@rainhooks/core/deliveries/read";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { inputError, RainhooksError } from "@rainhooks/core/errors";
import { clientOptions } from "@rainhooks/stage/account";
import { readPublishedCounts } from "@rainhooks/stage/local-endpoint";
import { waitUntilArchived } from "@rainhooks/stage/operate/archive/what-waits";
import { abortable, type OperationOptions } from "@rainhooks/stage/operate/progress";
import { hoursOf, stageArchive } from "@rainhooks/stage/operate/stage/archive";
import { archiveOf, type StageAccess } from "@rainhooks/stage/stage-access";
import { erasedOf } from "@rainhooks/stage/tables/erasures";
import { workFunctionOf } from "../work/invoke.ts";
import { withWork } from "../work/work.ts";
import type { VerifyOutcome } from "./report.ts";
import { type ArchiveReport, verifyArchive } from "./verify-archive.ts";
import type { VerifyQuestion } from "./verify-tables.ts";

/**
 * How exact SNS's metric is: approximate, and a message can count in the hour beside that of its
 * time.
 */
const AWS_TOLERANCE = 0.001;

/** The result of comparing the archive with what was published. */
export type VerifiedArchive = Awaited<ReturnType<typeof verifyPublished>>;

/**
 * Compares the archive with what SNS says it took.
 *
 * @throws {RainhooksError} `input-invalid` for times that SNS does not count; `stage-unavailable`
 * for a stage of an older version.
 */
export async function verifyPublished(
  access: StageAccess,
  question: Pick<VerifyQuestion, "fromMs" | "toMs">,
  given: OperationOptions = {},
) {
  const options = abortable(given);
  const { topics } = archiveOf(access);
  if (topics === undefined)
    throw new RainhooksError(
      "stage-unavailable",
      `Stage ${access.outputs.stage} does not say which topics it archives. Deploy it again with this version.`,
    );
  const asked = rangeOf(access, question);
  // Before the archive is read: it then has everything that is counted here.
  const { counts, toMs } = await publishedCounts(
    access,
    Object.values(topics).map(topicName),
    asked,
  );
  const range = { fromMs: asked.fromMs, toMs };
  await waitUntilArchived(access, toMs, { ...options, wait: true });
  const tolerance = access.local === undefined ? AWS_TOLERANCE : 0;
  const dependencies = {
    archive: stageArchive(access),
    hours: await hoursOf(access, range, Date.now()),
    published: counts,
    erased: await erasedOf(access),
    tolerance,
    ...options,
  };
  const report = await withWork(workFunctionOf(access, "store-read"), {}, (work) =>
    verifyArchive(range, { work, ...dependencies }),
  );
  return {
    outcome: outcomeOf(report),
    /** By which share of the larger number they may differ. */
    tolerance,
    report,
  };
}

/**
 * Returns whole hours, because SNS counts these. On a local stage, where no count is late, the end
 * can be left open.
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

function outcomeOf({
  differences,
  compared,
  unreadable,
  withoutTopic,
}: ArchiveReport): VerifyOutcome {
  if (differences.length > 0) return "different";
  return compared === 0 || unreadable + withoutTopic > 0 ? "unjudged" : "equal";
}

/** How late a metric of SNS can come. */
const METRICS_LATE_MS = 15 * MINUTE_MS;

const HOUR_S = 3600;

/**
 * Returns how many messages SNS says it took, by hour and topic, and the end of the range that is
 * counted.
 *
 * @param range Whole hours. Without an end, it ends with what can be counted: on a local stage now.
 */
async function publishedCounts(
  { local, outputs: { region } }: StageAccess,
  topics: readonly string[],
  range: { readonly fromMs: number; readonly toMs: number | undefined },
): Promise<{ readonly counts: HourTopics; readonly toMs: number }> {
  const counts = new Map<string, Map<string, number>>();
  if (local === undefined) {
    const toMs = range.toMs ?? Date.now();
    const metrics = snsMetrics(region, topics, { fromMs: range.fromMs, toMs });
    for await (const [atMs, topic, count] of metrics) addToHour(counts, hourOf(atMs), topic, count);
    return { counts, toMs };
  }
  const published = await readPublishedCounts(local.file.endpoint);
  const { fromMs, toMs = published.beforeMs } = range;
  for (const { hour, topic, count } of published.counts) {
    const startMs = startOf(hour);
    if (topics.includes(topic) && startMs >= fromMs && startMs < toMs)
      addToHour(counts, hour, topic, count);
  }
  return { counts, toMs };
}

async function* snsMetrics(
  region: string,
  topics: readonly string[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): AsyncGenerator<readonly [atMs: number, topic: string, count: number]> {
  const { CloudWatchClient, paginateGetMetricData } = await import("@aws-sdk/client-cloudwatch");
  const MetricDataQueries = topics.map((Value, index) => {
    const Dimensions = [{ Name: "TopicName", Value }];
    const Metric = { Namespace: "AWS/SNS", MetricName: "NumberOfMessagesPublished", Dimensions };
    return { Id: `topic${index}`, MetricStat: { Metric, Period: HOUR_S, Stat: "Sum" } };
  });
  const client = new CloudWatchClient(clientOptions({ region }));
  const query = { StartTime: new Date(fromMs), EndTime: new Date(toMs), MetricDataQueries };
  for await (const { MetricDataResults = [] } of paginateGetMetricData({ client }, query))
    for (const { Id, Timestamps = [], Values = [] } of MetricDataResults)
      for (const [index, at] of Timestamps.entries())
        yield [at.getTime(), topics[Number(Id?.slice("topic".length))] ?? "", Values[index] ?? 0];
}
