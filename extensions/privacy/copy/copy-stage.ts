import {
  DescribeTableCommand,
  type DynamoDBClient,
  PutItemCommand,
  paginateScan,
} from "@aws-sdk/client-dynamodb";
import { mapLimited } from "@rainhooks/core/collections";
import { inputError } from "@rainhooks/core/errors";
import { isConditionTrue } from "@rainhooks/dynamodb/condition";
import { tableError } from "@rainhooks/dynamodb/errors";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { clientOptions } from "@rainhooks/stage/account";
import { abortable, type OperationOptions } from "@rainhooks/stage/operate/progress";
import { archiveOf, type StageAccess } from "@rainhooks/stage/reached";
import { slotClient } from "@rainhooks/stage/tables/live-tables";
import { secretsIdOf } from "../../forwarding/destinations/destination-item.ts";
import { readDestinations } from "../../forwarding/destinations/store.ts";
import { destinationsTable } from "../../forwarding/forwarding-tables.ts";
import { secretStoreAt } from "../../forwarding/secrets/store-at.ts";
import { copyObjects } from "./copy-objects.ts";

/** What was copied from one stage to another. */
export interface CopiedStage {
  readonly objects: number;
  /** Items that the other stage did not have, by table. */
  readonly tables: ReadonlyMap<string, number>;
  /** Tables that the other stage does not have. */
  readonly missing: readonly string[];
  /** Destinations whose secrets were copied. */
  readonly secrets: number;
}

/** Tables that follow from the archive, and what a stage does at the moment. */
const NOT_COPIED: ReadonlySet<string> = new Set(
  ["node-status", "node-timeline", "time-series", "time-series-rollups"]
    .flatMap((name) => [name, `${name}-b`])
    .concat(["table-slots", "replays", "copies", "alarms", "erasures"]),
);
const AT_ONCE = 16;

/**
 * Copies what a stage has and cannot be rebuilt to another stage: the archive, rules, destinations with their
 * secrets, samples, attempts, own tables. What is there already stays. It can be ended and started again.
 *
 * @throws {RainhooksError} `input-invalid` if both are the same.
 */
export async function copyStage(
  { from, to }: { readonly from: StageAccess; readonly to: StageAccess },
  given: OperationOptions = {},
): Promise<CopiedStage> {
  const { onProgress } = abortable(given);
  const [source, target] = [archiveOf(from), archiveOf(to)];
  if (isSame(from, to))
    throw inputError({ field: "from", problem: "must be another stage than the one that is copied to." });
  const objects = await copyObjects({
    from: { client: from.clients.s3, bucket: source.bucket },
    to: { client: to.clients.s3, bucket: target.bucket },
    within: from.local === undefined && to.local === undefined && from.profile === to.profile,
    onCopied: (count) => onProgress?.({ step: "copy", objects: count }),
  });
  // A destination is copied with what it needs to send: first its secrets, then its item.
  const secrets = await copySecrets(from, to);
  const tables = new Map<string, number>();
  const missing: string[] = [];
  for (const [name, deployed] of Object.entries(from.outputs.tables)) {
    if (NOT_COPIED.has(name)) continue;
    const there = to.outputs.tables[name];
    if (there === undefined) missing.push(name);
    else
      tables.set(
        name,
        await copyItems(
          { client: slotClient(from), tableName: deployed },
          { client: slotClient(to), tableName: there },
        ),
      );
  }
  return { objects, tables, missing, secrets };
}

/** Two deployed stages have different buckets: no two in the world have the same name. */
function isSame(from: StageAccess, to: StageAccess): boolean {
  if (from.local !== undefined || to.local !== undefined) return from.local?.dataDir === to.local?.dataDir;
  return archiveOf(from).bucket === archiveOf(to).bucket;
}

interface ReachedTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

async function copyItems(from: ReachedTable, to: ReachedTable): Promise<number> {
  try {
    const { Table } = await to.client.send(new DescribeTableCommand({ TableName: to.tableName }));
    const key = Table?.KeySchema?.[0]?.AttributeName ?? "";
    let copied = 0;
    const put = async (Item: Attributes) => {
      const isNew = await isConditionTrue(
        to.client.send(
          new PutItemCommand({
            TableName: to.tableName,
            Item,
            ConditionExpression: "attribute_not_exists(#key)",
            ExpressionAttributeNames: { "#key": key },
          }),
        ),
      );
      if (isNew) copied += 1;
    };
    for await (const { Items = [] } of paginateScan({ client: from.client }, { TableName: from.tableName }))
      await mapLimited(Items, AT_ONCE, put);
    return copied;
  } catch (error) {
    throw tableError(to.tableName, error);
  }
}

async function copySecrets(from: StageAccess, to: StageAccess): Promise<number> {
  const { name } = destinationsTable;
  const table = from.outputs.tables[name];
  const [source, target] = [from.outputs.parameters[name], to.outputs.parameters[name]];
  if (source === undefined || target === undefined || table === undefined) return 0;
  const storeOf = (place: string, { local, outputs: { region }, profile }: StageAccess) =>
    secretStoreAt(place, local === undefined ? clientOptions({ region, profile }) : {});
  const [read, written] = [storeOf(source, from), storeOf(target, to)];
  let copied = 0;
  for (const one of await readDestinations({ client: from.clients.dynamodb, tableName: table })) {
    const id = secretsIdOf(one);
    const text = (await written.get(id)) === undefined ? await read.get(id) : undefined;
    if (text === undefined) continue;
    await written.put(id, text);
    copied += 1;
  }
  return copied;
}
