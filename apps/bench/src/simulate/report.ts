import {
  adviceFor,
  alarmCapacity,
  billsTotal,
  eveningRates,
  eventsPerS,
  functionBills,
  inProduction,
  type LoadedWebhook,
  type QueueResult,
  STORM_S,
  simulateWebhook,
  totalOf,
} from "@rainhooks/capacity";
import { formatTable } from "@rainhooks/terminal";
import { deployedName, type FunctionDefinition } from "@rainhooks/webhook/define";

/** The fleet and the place of a simulation. */
export interface SimulatedFleet {
  readonly webhooks: readonly LoadedWebhook[];
  /** All other functions. */
  readonly others: readonly FunctionDefinition[];
  readonly nodes: number;
  readonly region: string;
}

const HEADER = [
  "webhook",
  "at once",
  "evening/s",
  "keeps up",
  "storm: maximum waiting",
  "oldest",
  "written after",
  "bound by",
];
/** The name of the stage in the commands that are printed. */
const STAGE = "<stage>";

/** Returns the times of invocations that a simulation uses. */
export function loadsReport(webhooks: readonly LoadedWebhook[], measured: boolean): string {
  const rows = webhooks.map((webhook) => {
    const { name, batch, load } = webhook;
    return [
      name,
      batch.size,
      load.batchMs.toFixed(1),
      load.recordMs.toFixed(3),
      Math.round(eventsPerS(webhook)),
    ];
  });
  return [
    `Times of an invocation with 1,024 MiB, ${measured ? "measured on this machine" : "from the definitions of the webhooks"}:`,
    formatTable(["webhook", "records", "ms", "ms per record", "events/s"], rows),
  ].join("\n");
}

/** Share of the nodes that a new rule finds offline. */
const FOUND_SHARE = 0.1;

/** Returns how long the alarms take that a new rule finds in a fleet. */
export function alarmsReport(nodes: number): string {
  const found = Math.ceil(nodes * FOUND_SHARE);
  const { perSweep, sweeps } = alarmCapacity(found);
  return `Alarms: a new rule that finds a tenth of them (${count(found)}) tells of the first in its first sweep, and of the last in sweep ${count(sweeps)}: one a minute, of ${count(perSweep)} nodes each.`;
}

/** Returns what a fleet does to a stage, and what the stage needs for it. */
export function fleetReport({ webhooks, others, nodes, region }: SimulatedFleet): string {
  const advice = adviceFor(webhooks, nodes, region);
  const isPrepared = advice.prepare.size > 0;
  return [
    `${count(nodes)} nodes in ${region}. A storm: all of them disconnect and connect within ${STORM_S} s.`,
    "",
    isPrepared ? "With new tables:" : undefined,
    rowsOf({ webhooks, nodes, region }, false),
    ...(isPrepared ? ["", "With tables that were prepared:", rowsOf({ webhooks, nodes, region }, true)] : []),
    "",
    dollarsText({ webhooks, others, nodes }),
    ...settings({ nodes, region }, advice),
  ]
    .filter((line) => line !== undefined)
    .join("\n");
}

/** Says which sums are those of `npm run cost`. */
function dollarsText({ webhooks, others, nodes }: Omit<SimulatedFleet, "region">): string {
  const dollars = (all: readonly LoadedWebhook[]) =>
    count(billsTotal(functionBills([...all, ...others], nodes).values()));
  return `$${dollars(webhooks)} a month with these functions, without what a stage has once. $${dollars(webhooks.map(inProduction))} where forward leaves out the two frequent events, as a production stage does: npm run cost begins with that.`;
}

function rowsOf({ webhooks, nodes, region }: Omit<SimulatedFleet, "others">, prepared: boolean): string {
  const rows = webhooks.map((webhook) => {
    const { plan, evening, storm } = simulateWebhook(webhook, { nodes, region, prepared });
    return [
      webhook.name,
      plan.concurrency,
      count(totalOf(eveningRates(webhook.events, nodes))),
      evening.boundBy === "nothing" ? "yes" : `no: ${evening.boundBy}`,
      ...(storm === undefined ? ["", "", "", ""] : stormCells(storm)),
    ];
  });
  return formatTable(HEADER, rows);
}

/** Returns the cells of a table about a storm. */
export function stormCells({ maxBacklog, maxAgeS, drainedAfterS, boundBy }: QueueResult): string[] {
  return [
    count(maxBacklog),
    seconds(maxAgeS),
    drainedAfterS === undefined ? "over a day" : seconds(drainedAfterS),
    boundBy,
  ];
}

function settings(
  { nodes, region }: Pick<SimulatedFleet, "nodes" | "region">,
  { prepare, prepareDollars, quotas, instead }: ReturnType<typeof adviceFor>,
) {
  return [
    "",
    `In the stage's file: nodes: ${count(nodes).replaceAll(",", "_")}`,
    ...(prepare.size === 0
      ? []
      : [
          `Prepare the tables, once, for about $${prepareDollars.toFixed(2)}:`,
          ...prepareCommands(prepare, region),
        ]),
    ...(quotas.length === 0 ? [] : ["Ask AWS for more:", ...quotas.map((quota) => `  ${quota}`)]),
    ...(instead.length === 0 ? [] : ["Or run instead:", ...instead.map((line) => `  ${line}`)]),
  ];
}

/** Source: AWS CLI reference, `dynamodb update-table`. */
function prepareCommands(prepare: ReadonlyMap<string, number>, region: string): string[] {
  const tables = new Set([...prepare.keys()].map((store) => store.split("/")[0] ?? ""));
  return [...tables].map((table) => {
    const own = prepare.get(table);
    const indexes = [...prepare].flatMap(([store, units]) => {
      const [of, index] = store.split("/");
      return of === table && index !== undefined
        ? [{ Update: { IndexName: index, WarmThroughput: { WriteUnitsPerSecond: units } } }]
        : [];
    });
    return [
      `  aws dynamodb update-table --region ${region} --table-name ${deployedName(STAGE, table)}`,
      own === undefined ? "" : ` --warm-throughput WriteUnitsPerSecond=${own}`,
      indexes.length === 0 ? "" : ` --global-secondary-index-updates '${JSON.stringify(indexes)}'`,
    ].join("");
  });
}

/** Formats a number without its fraction. */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

function seconds(value: number): string {
  return value < 120
    ? `${Math.round(value)} s`
    : value < 7200
      ? `${(value / 60).toFixed(1)} min`
      : `${(value / 3600).toFixed(1)} h`;
}
