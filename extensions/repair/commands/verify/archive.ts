import { counted } from "@rainhooks/core/counted";
import { RainhooksError } from "@rainhooks/core/errors";
import { printData, printJson, printNote } from "@rainhooks/stage/commands/output";
import { shown } from "@rainhooks/stage/commands/progress";
import { reachStage } from "@rainhooks/stage/commands/reach-stage";
import { formatLines, type Line } from "@rainhooks/stage/terminal/lines";
import { number } from "@rainhooks/stage/terminal/operations/numbers";
import { formatTime } from "@rainhooks/stage/terminal/time";
import type { VerifyOutcome } from "../../verify/report.ts";
import { type VerifiedArchive, verifyPublished } from "../../verify/verify-published.ts";
import type { VerifyOptions } from "./verify-options.ts";

/** Compares the archive with what SNS says it took, and prints the result. */
export async function verifyArchiveCommand(options: VerifyOptions): Promise<VerifyOutcome> {
  if ((options.node ?? options.sample) !== undefined)
    throw new RainhooksError(
      "input-invalid",
      "--node and --sample cannot be used with the archive: SNS counts all deliveries of an hour.",
    );
  const reached = await reachStage(options);
  const range = { fromMs: options.from, toMs: options.to };
  const verified = await shown((progress) => verifyPublished(reached, range, progress));
  const { outcome, tolerance, report } = verified;
  const json = { store: "archive", outcome, tolerance, ...report };
  if (options.json) await printJson(`${JSON.stringify(json, undefined, 2)}\n`);
  else await printReport(verified);
  return outcome;
}

const LABEL_WIDTH = 15;

async function printReport({ report, outcome, tolerance }: VerifiedArchive): Promise<void> {
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
    ...(report.erased === 0
      ? []
      : [
          ["erased", `${counted(report.erased, "delivery", "deliveries")}, with the data of a node`] as const,
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
