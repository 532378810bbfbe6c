import type { HoursToRead } from "@rainhooks/archive/hours/hours-to-read";
import { shortType } from "@rainhooks/core/catalog";
import { countText } from "@rainhooks/core/counted";
import { topicName } from "@rainhooks/core/deliveries/read";
import { inputError } from "@rainhooks/core/errors";
import { queryAthena } from "@rainhooks/stage/operate/archive/athena";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import type { ReplayRequest } from "@rainhooks/stage/operate/replay-job";
import { archiveOf, type StageAccess } from "@rainhooks/stage/reached";
import { MAX_LIST } from "./request.ts";
import type { SubscriptionScope } from "./select.ts";

/** What the search needs besides the request. */
interface FindDependencies extends Pick<OperationOptions, "onProgress"> {
  readonly subscribed: SubscriptionScope;
}

/**
 * Lets Athena find the deliveries of a replay: then only the objects that have some are read.
 *
 * @throws {RainhooksError} `input-invalid` for a stage without Athena, or too many deliveries.
 */
export async function findWithAthena(
  reached: StageAccess,
  request: ReplayRequest,
  hours: HoursToRead,
  { subscribed, onProgress }: FindDependencies,
): Promise<ReplayRequest> {
  const { athena } = archiveOf(reached);
  const { stage, region } = reached.outputs;
  const field = "findWith";
  if (athena === undefined)
    throw inputError({ field, problem: `Stage ${stage} has no Athena.`, remedy: "Leave it out." });
  const { rows, scannedBytes } = await queryAthena(
    region,
    athena,
    findSql(athena.table, request, hours, subscribed),
  );
  onProgress?.({ step: "found-with-athena", deliveries: rows.length, scannedBytes });
  if (rows.length > MAX_LIST)
    throw inputError({
      field,
      problem: `Athena found ${countText(rows.length, "delivery", "deliveries")}; the maximum is ${MAX_LIST}.`,
      remedy: "Leave it out: reading all objects is as quick.",
    });
  const ids = new Set(rows.map(([id]) => String(id)));
  const keys = new Set(rows.map(([, path]) => keyOf(String(path))));
  return { ...request, ids: [...ids], keys: [...keys] };
}

/**
 * Returns the query for the deliveries of a replay, and perhaps some more: the replay looks at each again.
 */
export function findSql(
  table: string,
  { fromMs, toMs, events, nodes, ids }: ReplayRequest,
  { first, last, late }: HoursToRead,
  { topics: subscribedTopics }: SubscriptionScope,
): string {
  const chosen = events?.map(shortType);
  const topics = Object.entries(subscribedTopics)
    .filter(([type]) => chosen?.includes(type) ?? true)
    .map(([, arn]) => topicName(arn));
  const isLate = late.length === 0 ? "" : ` OR hour IN (${list(late)})`;
  const conditions = [
    `(hour BETWEEN ${text(first)} AND ${text(last)}${isLate})`,
    `sentatms >= ${fromMs} AND sentatms < ${toMs}`,
    `(topic IS NULL OR topic IN (${list(topics)}))`,
    ...(ids === undefined ? [] : [`id IN (${list(ids)})`]),
    ...(nodes === undefined ? [] : [`(${nodes.map(isAbout).join(" OR ")})`]),
  ];
  return `SELECT id, "$path" AS path FROM ${table} WHERE ${conditions.join(" AND ")}`;
}

function isAbout(node: string): string {
  return `strpos(body, ${text(node)}) > 0 OR element_at(attributes, 'node_id') = ${text(node)}`;
}

function list(texts: readonly string[]): string {
  return texts.map(text).join(", ");
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function keyOf(path: string): string {
  return path.replace(/^s3:\/\/[^/]+\//, "");
}
