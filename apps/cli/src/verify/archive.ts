import { counted, DAY_MS, HOUR_MS, RainhooksError, topicName } from "@rainhooks/core";
import { type ArchiveReport, type VerifyOutcome, verifyArchive } from "@rainhooks/operate";
import { archiveOf, type ReachedStage } from "@rainhooks/stage";
import { formatLines, formatTime, type Line } from "@rainhooks/terminal";
import { printData, printJson, printNote } from "../output.ts";
import { reachStage } from "../reach/stage.ts";
import { number } from "../replay/plan.ts";
import { StatusLine } from "../replay/progress.ts";
import { hoursOf, reachedArchive } from "../replay/target.ts";
import { waitUntilArchived } from "../replay/wait-until-archived.ts";
import type { VerifyOptions } from "./options.ts";
import { METRICS_LATE_MS, publishedCounts } from "./published-counts.ts";

/** How exact SNS's metric is: approximate, and a message can count in the hour beside that of its time. */
const AWS_TOLERANCE = 0.001;

/** Compares the archive with what SNS says it took, and prints the result. */
export async function verifyArchiveCommand(options: VerifyOptions): Promise<VerifyOutcome> {
  if ((options.node ?? options.sample) !== undefined)
    throw wrong("--node and --sample cannot be used with the archive: SNS counts all deliveries of an hour.");
  const reached = await reachStage(options);
  const { topics } = archiveOf(reached);
  if (topics === undefined)
    throw new RainhooksError(
      "stage-unavailable",
      `Stage ${reached.outputs.stage} does not say which topics it archives. Deploy it again with this version.`,
    );
  const asked = rangeOf(reached, options);
  // Before the archive is read: it then has everything that is counted here.
  const { counts, toMs } = await publishedCounts(reached, Object.values(topics).map(topicName), asked);
  const range = { fromMs: asked.fromMs, toMs };
  await waitUntilArchived(reached, toMs, true);
  const status = new StatusLine();
  const report = await verifyArchive(range, {
    archive: reachedArchive(reached),
    hours: await hoursOf(reached, range, Date.now()),
    published: counts,
    tolerance: toleranceOf(reached),
    onProgress: (text) => status.show(text),
  });
  status.clear();
  const outcome = outcomeOf(report);
  const json = { store: "archive", outcome, tolerance: toleranceOf(reached), ...report };
  if (options.json) await printJson(`${JSON.stringify(json, undefined, 2)}\n`);
  else await printReport(report, outcome, toleranceOf(reached));
  return outcome;
}

function toleranceOf({ local }: ReachedStage): number {
  return local === undefined ? AWS_TOLERANCE : 0;
}

/** Returns whole hours, because SNS counts these. On a local stage, where no count is late, the end can be left open. */
function rangeOf({ local }: ReachedStage, { from, to }: VerifyOptions) {
  const nowMs = Date.now();
  const lastMs = local === undefined ? wholeHour(nowMs - METRICS_LATE_MS) : nowMs;
  const endMs = to === undefined ? lastMs : wholeHour(to);
  const fromMs = wholeHour(from === undefined ? endMs - DAY_MS : from + HOUR_MS - 1);
  if (endMs > lastMs)
    throw wrong("SNS does not yet say how much it took before --to. Use an earlier time, or leave it out.");
  if (fromMs >= endMs) throw wrong("Between --from and --to must be a whole hour: SNS counts by hours.");
  return { fromMs, toMs: local !== undefined && to === undefined ? undefined : endMs };
}

function wholeHour(atMs: number): number {
  return Math.floor(atMs / HOUR_MS) * HOUR_MS;
}

function outcomeOf({ differences, compared, unreadable, withoutTopic }: ArchiveReport): VerifyOutcome {
  if (differences.length > 0) return "different";
  return compared === 0 || unreadable + withoutTopic > 0 ? "unjudged" : "equal";
}

const LABEL_WIDTH = 15;

async function printReport(report: ArchiveReport, outcome: VerifyOutcome, tolerance: number): Promise<void> {
  const { fromMs, toMs, objects, lines, deliveries, duplicates, unreadable, published, compared } = report;
  const within =
    tolerance === 0 ? "exactly" : `within ${tolerance * 100} %, because SNS's metric is approximate`;
  const shown: Line[] = [
    ["outcome", outcome === "unjudged" ? "could not be judged" : outcome],
    [
      "published",
      `${formatTime(fromMs)} to ${formatTime(toMs)} UTC: ${counted(published, "message")}, says SNS`,
    ],
    ["archived", `${counted(deliveries, "delivery", "deliveries")} in ${counted(objects, "object")}`],
    ["duplicates", `${number(duplicates)} of ${counted(lines, "line")}`],
    ["unreadable", `${counted(unreadable, "line or object", "lines or objects")}`],
    ["compared", `${counted(compared, "hour of a topic", "hours of topics")}, ${within}`],
    ...(report.withoutTopic === 0
      ? []
      : [
          [
            "not judged",
            `${counted(report.withoutTopic, "delivery", "deliveries")} that do not say their topic`,
          ] as const,
        ]),
    ...report.differences.map(
      (one): Line => [
        "different",
        `${one.topic} in ${one.hour}: ${number(one.published)} published, ${number(one.archived)} archived`,
      ],
    ),
  ];
  await printData(`${formatLines(shown, LABEL_WIDTH)}\n`);
  for (const problem of report.problems) printNote(problem);
}

function wrong(message: string): RainhooksError {
  return new RainhooksError("input-invalid", message);
}
