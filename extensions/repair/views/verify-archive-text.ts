import { countText } from "@rainhooks/core/counted";
import { number } from "@rainhooks/stage/numbers";
import { formatLines, type Line } from "@rainhooks/stage/terminal/lines";
import { formatTime } from "@rainhooks/stage/terminal/time";
import type { VerifiedArchive } from "../verify/verify-published.ts";

const LABEL_WIDTH = 15;

/** Shows how the archive compares with what SNS says it took. */
export function verifiedArchiveText({ report, outcome, tolerance }: VerifiedArchive): string {
  const { fromMs, toMs, objects, lines, deliveries, duplicates, unreadable, published, compared } = report;
  const within =
    tolerance === 0 ? "exactly" : `within ${tolerance * 100} %, because SNS's metric is approximate`;
  const shown: Line[] = [
    ["outcome", outcome === "unjudged" ? "could not be judged" : outcome],
    [
      "published",
      `${formatTime(fromMs)} to ${formatTime(toMs)} UTC: ${countText(published, "message")}, says SNS`,
    ],
    ["archived", `${countText(deliveries, "delivery", "deliveries")} in ${countText(objects, "object")}`],
    ["duplicates", `${number(duplicates)} of ${countText(lines, "line")}`],
    ["unreadable", `${countText(unreadable, "line or object", "lines or objects")}`],
    ["compared", `${countText(compared, "hour of a topic", "hours of topics")}, ${within}`],
    ...(report.withoutTopic === 0
      ? []
      : [
          [
            "not judged",
            `${countText(report.withoutTopic, "delivery", "deliveries")} that do not say their topic`,
          ] as const,
        ]),
    ...(report.erased === 0
      ? []
      : [
          [
            "erased",
            `${countText(report.erased, "delivery", "deliveries")}, with the data of a node`,
          ] as const,
        ]),
    ...report.differences.map(
      (one): Line => [
        "different",
        `${one.topic} in ${one.hour}: ${number(one.published)} published, ${number(one.archived)} archived`,
      ],
    ),
  ];
  return formatLines(shown, LABEL_WIDTH);
}
