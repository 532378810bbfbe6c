import { idleBill, PRICE, queueRequests } from "@rainhooks/capacity";
import { CHOICES, ourDollars, rivalDollars } from "../../rivals/money/choices.ts";
import type { CountedScenario, JobUnits } from "../../rivals/money/count.ts";
import { billedBytes, type Dollars, totalOf } from "../../rivals/money/dollars.ts";
import type { BilledUnits } from "../../rivals/units.ts";
import type { Figures } from "../figures.ts";
import { fixed, markdownTable } from "../markdown.ts";

/** Describes what events cost, by what is counted. */
export function moneySection({ handlers: { scenarios } }: Figures): string {
  return [
    "### Dollars",
    "",
    "What a million published events cost with three jobs (archive, node status, time series), by the units that were counted in this run and the list prices of us-east-1. The rivals have the same features: an index by state, a timeline, every reading.",
    "",
    choicesTable(scenarios),
    "",
    "By what is paid, without a choice:",
    "",
    partsTable(scenarios),
    "",
    "Units per event of a job. Write units include those of the index.",
    "",
    unitsTable(scenarios),
    "",
    "A webhook whose events are rare, dollars per month: a queue is polled, whether there are messages or not.",
    "",
    rareTable(scenarios),
  ].join("\n");
}

function choicesTable(scenarios: readonly CountedScenario[]): string {
  const rivals = scenarios.map((counted) => totalOf(rivalDollars(counted)));
  const rows = CHOICES.map((choice) => [
    choice.name,
    ...scenarios.map((counted, index) => {
      const dollars = totalOf(ourDollars(counted, choice));
      return `${fixed(dollars, 2)} (${fixed(dollars / (rivals[index] ?? Number.NaN), 2)})`;
    }),
  ]);
  return markdownTable(
    ["dollars (share of the rivals')", ...scenarios.map(({ name }) => name)],
    [...rows, ["the rivals", ...rivals.map((dollars) => fixed(dollars, 2))]],
  );
}

const PARTS: readonly (readonly [string, keyof Dollars])[] = [
  ["queues", "delivery"],
  ["DynamoDB, writes", "writes"],
  ["DynamoDB, reads", "reads"],
  ["Firehose", "firehose"],
  ["Lambda", "lambda"],
];

function partsTable(scenarios: readonly CountedScenario[]): string {
  const [byItself] = CHOICES;
  const columns = scenarios.map((counted) => [
    byItself === undefined ? undefined : ourDollars(counted, byItself),
    rivalDollars(counted),
  ]);
  return markdownTable(
    ["", ...scenarios.map(({ name }) => `${name}, ours / rivals`)],
    PARTS.map(([what, part]) => [
      what,
      ...columns.map((pair) => pair.map((dollars) => fixed(dollars?.[part] ?? 0, 3)).join(" / ")),
    ]),
  );
}

function unitsTable(scenarios: readonly CountedScenario[]): string {
  const rows = scenarios.flatMap(({ name, ours, rivals }) =>
    JOB_NAMES.flatMap(([job, key]) => {
      const [own, other] = [ours[key], rivals[key]];
      return own === undefined || other === undefined ? [] : [[name, job, ...perEvent(own, other)]];
    }),
  );
  return markdownTable(
    [
      "events",
      "job",
      "write units, ours / rival",
      "read units",
      "requests to services",
      "Firehose, billed bytes",
    ],
    rows,
  );
}

const JOB_NAMES: readonly (readonly [string, keyof JobUnits])[] = [
  ["archive", "archive"],
  ["node-status", "nodeStatus"],
  ["time-series", "timeSeries"],
];

function perEvent(own: BilledUnits, other: BilledUnits): string[] {
  const both = (of: (units: BilledUnits) => number, digits: number) =>
    [own, other].map((units) => fixed(of(units) / units.events, digits)).join(" / ");
  return [
    both(({ writeUnits }) => writeUnits, 2),
    both(({ readUnits }) => readUnits, 2),
    both(({ requests }) => requests, 3),
    both(({ firehoseRecords }) => billedBytes(firehoseRecords), 0),
  ];
}

const RARE = [1000, 100_000, 1_000_000];

function rareTable(scenarios: readonly CountedScenario[]): string {
  const direct = scenarios[0]?.directArchive;
  const cpuMs = direct === undefined ? Number.NaN : direct.cpuMs / direct.events;
  const lambda = PRICE.lambdaRequest + (cpuMs / 1000) * PRICE.lambdaGbS;
  const idle = Object.values(idleBill()).reduce((sum, one) => sum + one, 0);
  return markdownTable(
    ["events per month", "queue", "`direct`"],
    RARE.map((events) => [
      events,
      fixed(idle + events * lambda + queueRequests(events, 1) * PRICE.sqsRequest, 2),
      fixed(events * lambda, 2),
    ]),
  );
}
