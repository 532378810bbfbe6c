import type { StackProgram } from "@rainhooks/stack/stack-program";
import { number } from "@rainhooks/stage/numbers";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { triggeredBy } from "@rainhooks/webhook/define-function";
import { deployedName } from "@rainhooks/webhook/names";
import { adviceFor } from "../../advice.ts";
import { type FleetInRegion, limitsOf, usedShare } from "../../binding.ts";
import { ratesOf, STORM_S, totalOf } from "../../fleet.ts";
import { type QueueResult, webhookLoad } from "../../load.ts";
import { isLoaded, type LoadedWebhook } from "../../stores.ts";

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

/**
 * Returns the load of a fleet on a production stage, the limit that it reaches first, and what it
 * needs.
 */
export function fleetReport(
  place: FleetInRegion,
  { production, functionsOf, costs }: StackProgram,
): string {
  const webhooks = triggeredBy(functionsOf(production), "topics").filter(isLoaded);
  const advice = adviceFor(webhooks, place);
  const isPrepared = advice.prepare.size > 0;
  return [
    `${count(place.nodes)} nodes in ${place.region}. A storm: all of them disconnect and connect within ${STORM_S} s. Prices are those of us-east-1.`,
    ...(isPrepared ? ["With new tables:"] : []),
    webhooksTable(webhooks, place, false),
    ...(isPrepared
      ? ["With tables that were prepared:", webhooksTable(webhooks, place, true)]
      : []),
    bindingText(webhooks, place),
    ...neededTexts(place, advice),
    ...[...costs.values()].flatMap(({ fleet }) => fleet?.(place.nodes) ?? []),
  ].join("\n\n");
}

function webhooksTable(
  webhooks: readonly LoadedWebhook[],
  { nodes, region }: FleetInRegion,
  prepared: boolean,
): string {
  const rows = webhooks.map((webhook) => {
    const { plan, evening, storm } = webhookLoad(webhook, { nodes, region, prepared });
    return [
      webhook.name,
      plan.concurrency,
      count(totalOf(ratesOf(webhook.events, nodes).evening)),
      evening.boundBy === "nothing" ? "yes" : `no: ${evening.boundBy}`,
      ...(storm === undefined ? ["", "", "", ""] : stormCells(storm)),
    ];
  });
  return formatTable(HEADER, rows);
}

function stormCells({ maxBacklog, maxAgeS, drainedAfterS, boundBy }: QueueResult): string[] {
  return [count(maxBacklog), seconds(maxAgeS), seconds(drainedAfterS), boundBy];
}

function seconds(value: number): string {
  return value < 120
    ? `${Math.round(value)} s`
    : value < 7200
      ? `${(value / 60).toFixed(1)} min`
      : `${(value / 3600).toFixed(1)} h`;
}

/** Limits of which a fleet needs less than this share are not shown. */
const SHOWN_SHARE = 0.01;

function bindingText(webhooks: readonly LoadedWebhook[], place: FleetInRegion): string {
  const rows = limitsOf(webhooks, place)
    .filter((limit) => usedShare(limit) >= SHOWN_SHARE)
    .map((limit) => [
      limit.name,
      count(limit.max),
      ...[limit.evening, limit.storm].flatMap((used) => [
        count(used),
        `${count((used / limit.max) * 100)} %`,
      ]),
    ]);
  const table = formatTable(["limit", "takes", "evening", "of it", "storm", "of it"], rows);
  return `What binds first, in an account that has asked for nothing. More than 100 % in a storm is done later; in the evening, the stage falls behind:\n${rows.length === 0 ? `nothing: less than ${SHOWN_SHARE * 100} % of every limit` : table}`;
}

function neededTexts(
  { nodes, region }: FleetInRegion,
  { prepare, prepareDollars, quotas, instead }: ReturnType<typeof adviceFor>,
): string[] {
  const lists: [string, readonly string[]][] = [
    [
      `Prepare the tables, once, for about $${prepareDollars.toFixed(2)}:`,
      prepare.size === 0 ? [] : prepareCommands(prepare, region),
    ],
    ["Ask AWS for more:", quotas],
    ["Or run instead:", instead],
  ];
  return [
    `In the stage's file: nodes: ${count(nodes).replaceAll(",", "_")}`,
    ...lists.flatMap(([title, lines]) =>
      lines.length === 0 ? [] : [[title, ...lines.map((line) => `  ${line}`)].join("\n")],
    ),
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
      `aws dynamodb update-table --region ${region} --table-name ${deployedName(STAGE, table)}`,
      own === undefined ? "" : ` --warm-throughput WriteUnitsPerSecond=${own}`,
      indexes.length === 0 ? "" : ` --global-secondary-index-updates '${JSON.stringify(indexes)}'`,
    ].join("");
  });
}

/** Formats a number without its fraction. */
function count(value: number): string {
  return number(Math.round(value));
}
