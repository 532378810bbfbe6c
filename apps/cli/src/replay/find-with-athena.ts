import type { HoursToRead } from "@rainhooks/archive";
import { counted, RainhooksError, shortType, topicName } from "@rainhooks/core";
import { MAX_LIST, type ReplayRequest } from "@rainhooks/operate";
import { archiveOf, type ReachedStage } from "@rainhooks/stage";
import { queryAthena } from "../archive/athena.ts";
import { printNote } from "../output.ts";
import type { ReplayTarget } from "./target.ts";

const MIB = 1024 ** 2;

/**
 * Lets Athena find the deliveries of a replay: then only the objects that have some are read.
 *
 * @throws {RainhooksError} `input-invalid` for a stage without Athena, or too many deliveries.
 */
export async function findWithAthena(
  reached: ReachedStage,
  request: ReplayRequest,
  hours: HoursToRead,
  target: ReplayTarget,
): Promise<ReplayRequest> {
  const { athena } = archiveOf(reached);
  const { stage, region } = reached.outputs;
  if (athena === undefined)
    throw new RainhooksError("input-invalid", `Stage ${stage} has no Athena. Leave out --find-with.`);
  const { rows, scannedBytes } = await queryAthena(
    region,
    athena,
    findSql(athena.table, request, hours, target),
  );
  printNote(
    `Athena scanned ${(scannedBytes / MIB).toFixed(1)} MiB and found ${counted(rows.length, "delivery", "deliveries")}.`,
  );
  if (rows.length > MAX_LIST)
    throw new RainhooksError(
      "input-invalid",
      `Athena found ${counted(rows.length, "delivery", "deliveries")}; the maximum is ${MAX_LIST}. Leave out --find-with: reading all objects is as quick.`,
    );
  const ids = new Set(rows.map(([id]) => String(id)));
  const keys = new Set(rows.map(([, path]) => keyOf(String(path))));
  return { ...request, ids: [...ids], keys: [...keys] };
}

/** Returns the query for the deliveries of a replay, and perhaps some more: the replay looks at each again. */
export function findSql(
  table: string,
  { fromMs, toMs, events, nodes, ids }: ReplayRequest,
  { first, last, late }: HoursToRead,
  { subscribed }: ReplayTarget,
): string {
  const chosen = events?.map(shortType);
  const topics = Object.entries(subscribed.topics)
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
