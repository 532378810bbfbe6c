import { countText } from "@rainhooks/core/count-text";
import { number } from "@rainhooks/stage/numbers";
import type { Store } from "@rainhooks/stage/tables/store-names";
import { formatLines, formatTime, type Line } from "@rainhooks/stage/terminal/format-table";
import type { VerifyOutcome, VerifyReport } from "../verify/report.ts";
import type { VerifiedArchive } from "../verify/verify-published.ts";
import type { VerifyResult } from "../verify/verify-tables.ts";

const LABEL_WIDTH = 15;
const FACTS = { "node-status": "facts", "time-series": "points" } as const;

/** Shows the result of a verification. */
export function verifiedText(
  store: Store,
  { report, outcome, isSinceChange }: VerifyResult,
): string {
  const since = isSinceChange ? ", since the last change of subscriptions or settings" : "";
  const rest = report.differentFacts - report.differences.length;
  const lines: (Line | false)[] = [
    ["outcome", outcomeText(report, outcome)],
    ["published", `${formatTime(report.fromMs)} to ${formatTime(report.toMs)} UTC${since}`],
    ["archive", archiveText(report)],
    [
      "tables",
      `${countText(report.tables.items, "item")}, ${countText(report.tables.units, "read unit")}`,
    ],
    ["nodes", nodesText(report)],
    [FACTS[store], factsText(report)],
    ...unjudgedLines(report),
    ...report.differences.flatMap(differenceLines),
    rest > 0 && ["", `and ${number(rest)} more`],
  ];
  return formatLines(lines, LABEL_WIDTH);
}

function outcomeText({ facts }: VerifyReport, outcome: VerifyOutcome): string {
  if (outcome === "equal")
    return "equal: everything that was compared follows from the archive, and nothing is missing";
  if (outcome === "different") return "different";
  return facts === 0 ? "could not be judged: nothing was compared" : "could not be judged";
}

function archiveText({ deliveries }: VerifyReport): string {
  const { objects, read, handled, filtered, undecodable, younger, unreadable } = deliveries;
  const parts = [
    `${number(handled)} handled`,
    `${number(filtered)} filtered out`,
    `${number(undecodable)} undecodable`,
    ...(younger === 0 ? [] : [`${number(younger)} after the end`]),
    ...(unreadable === 0
      ? []
      : [`${countText(unreadable, "line or object", "lines or objects")} that cannot be read`]),
  ];
  return `${countText(read, "line")} for the webhook in ${countText(objects, "object")}: ${parts.join(", ")}`;
}

function nodesText({ nodes, equalNodes, differentNodes, unjudgedNodes }: VerifyReport): string {
  const unjudged = unjudgedNodes === 0 ? "" : `, ${number(unjudgedNodes)} not judged in full`;
  return `${number(nodes)}: ${number(equalNodes)} equal, ${number(differentNodes)} different${unjudged}`;
}

function factsText({ facts, differentFacts, expiredFacts }: VerifyReport): string {
  const expired =
    expiredFacts === 0 ? "" : `; ${number(expiredFacts)} past their time to live, not compared`;
  return `${number(facts)} compared, ${number(differentFacts)} different${expired}`;
}

function unjudgedLines({ unjudgedFacts, deliveries, fromMs }: VerifyReport): (Line | false)[] {
  const { older, rules, unreadable } = unjudgedFacts;
  const from = formatTime(fromMs);
  return [
    older > 0 && [
      "not judged",
      `${number(older)} from before ${from} UTC: no archived delivery says them`,
    ],
    rules + deliveries.unknown > 0 && [
      "not judged",
      `${number(rules)} that depend on rules or subscriptions: those in force for ${countText(deliveries.unknown, "delivery", "deliveries")} are not known`,
    ],
    deliveries.unreadable > 0 && [
      "not judged",
      `${number(unreadable)} that no readable delivery says: they may be in the ${countText(deliveries.unreadable, "line or object", "lines or objects")} of the archive that cannot be read`,
    ],
  ];
}

function differenceLines({
  nodeId,
  what,
  kind,
  archived = "nothing",
  stored = "nothing",
  deliveries,
}: VerifyReport["differences"][number]): Line[] {
  return [
    [kind, `${what} of node ${nodeId}`],
    ["  archived", archived],
    ["  stored", stored],
    ...deliveries.map(
      ({ id, type, sentAtMs, key, line }): Line => [
        "  said by",
        `${id} (${type}, ${formatTime(sentAtMs)} UTC, ${key}, line ${line})`,
      ],
    ),
  ];
}

/** Shows how the archive compares with what SNS says it took. */
export function verifiedArchiveText({ report, outcome, tolerance }: VerifiedArchive): string {
  const { fromMs, toMs, objects, lines, deliveries, duplicates, unreadable, published, compared } =
    report;
  const within =
    tolerance === 0
      ? "exactly"
      : `within ${tolerance * 100} %, because SNS's metric is approximate`;
  const shown: (Line | false)[] = [
    ["outcome", outcome === "unjudged" ? "could not be judged" : outcome],
    [
      "published",
      `${formatTime(fromMs)} to ${formatTime(toMs)} UTC: ${countText(published, "message")}, says SNS`,
    ],
    [
      "archived",
      `${countText(deliveries, "delivery", "deliveries")} in ${countText(objects, "object")}`,
    ],
    ["duplicates", `${number(duplicates)} of ${countText(lines, "line")}`],
    ["unreadable", `${countText(unreadable, "line or object", "lines or objects")}`],
    ["compared", `${countText(compared, "hour of a topic", "hours of topics")}, ${within}`],
    report.withoutTopic > 0 && [
      "not judged",
      `${countText(report.withoutTopic, "delivery", "deliveries")} that do not say their topic`,
    ],
    report.erased > 0 && [
      "erased",
      `${countText(report.erased, "delivery", "deliveries")}, with the data of a node`,
    ],
    ...report.differences.map(
      (one): Line => [
        "different",
        `${one.topic} in ${one.hour}: ${number(one.published)} published, ${number(one.archived)} archived`,
      ],
    ),
  ];
  return formatLines(shown, LABEL_WIDTH);
}
