import type { S3Client } from "@aws-sdk/client-s3";
import { listObjects } from "@rainhooks/archive/objects";
import { readObject } from "@rainhooks/archive/read-object";
import { collect, mapLimited } from "@rainhooks/core/collections";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import type { FilterRule } from "@rainhooks/filter/rule";
import { eachNode } from "@rainhooks/node-status/list";
import { nodeStatusTable } from "@rainhooks/node-status/node-status-tables";
import type { NodeStatus } from "@rainhooks/node-status/read-node";
import { readDeadLetters } from "@rainhooks/stage/read-dead-letters";
import { readPoints } from "@rainhooks/time-series/read-points";
import { timeSeriesTable } from "@rainhooks/time-series/time-series-tables";
import type { Webhook } from "@rainhooks/webhook/define-function";
import { deployedName } from "@rainhooks/webhook/names";
import { streamsOf } from "@rainhooks/webhook/resources";
import type { Stage } from "../../aws/stage/stage.ts";
import type { EventTruth, PublishedFleetMessage } from "../message.ts";

/** A store, with the expected and the found number of messages. */
export interface ReconciliationLine {
  readonly what: string;
  readonly expected: number;
  readonly found: number;
  /** The first messages that are missing, wrong or unexpected. */
  readonly problems: readonly string[];
}

/** What is counted of a webhook. */
type Totals = Readonly<Record<"Delivered" | "Filtered", number>>;

/** The content of a stage before a run, so that only the run is checked. */
export interface Baseline {
  readonly nodes: readonly NodeStatus[];
  /** Ids of dead letters by webhook. */
  readonly deadLetters: ReadonlyMap<string, ReadonlySet<string>>;
  /** Numbers of events handled and filtered out so far, by webhook. */
  readonly totals: ReadonlyMap<string, Totals>;
}

/** The result of a reconciliation. */
export interface Reconciliation {
  readonly lines: readonly ReconciliationLine[];
  readonly archive: ArchiveContent;
  readonly nodes: readonly NodeStatus[];
  /** Those of all lines. Empty: every message is accounted for. */
  readonly problems: readonly string[];
}

/** Returns true for a stage that archives. */
export function hasArchive({ webhooks }: Pick<Stage, "webhooks">): boolean {
  return webhooks.some((webhook) => streamsOf(webhook).length > 0);
}

/** Reads the content of a stage before a run. */
export async function readBaseline(stage: Stage): Promise<Baseline> {
  const deadLetters = stage.webhooks.map(
    async ({ name }) => [name, new Set((await deadLettersOf(stage, name)).keys())] as const,
  );
  return {
    nodes: await allNodes(stage),
    deadLetters: new Map(await Promise.all(deadLetters)),
    totals: new Map(stage.webhooks.map(({ name }) => [name, { ...stage.totals(name) }])),
  };
}

/**
 * Reconciles a run with what the publisher knows: the bodies in the archive, the newest state of
 * each node, the points, how many events each webhook handled and filtered out, and its dead
 * letters. Of the stores, only those of webhooks that run are checked, and only dead letters for
 * what is there without a message.
 */
export async function reconcile(
  stage: Stage,
  published: readonly PublishedFleetMessage[],
  rules: readonly FilterRule[],
  before: Baseline,
): Promise<Reconciliation> {
  const isArchived = hasArchive(stage);
  const [archive, nodes] = await Promise.all([
    isArchived ? readArchive(stage.clients.s3, deployedName(stage.name, "archive")) : NO_ARCHIVE,
    allNodes(stage),
  ]);
  const lines: ReconciliationLine[] = isArchived ? [archiveLine(archive, published)] : [];
  for (const webhook of stage.webhooks) {
    const { name } = webhook;
    const expected = expectAt(webhook, published, rules, stage.integration);
    const truths = [...expected.delivered.values()].filter((truth) => truth !== undefined);
    if (fills(webhook, nodeStatusTable)) {
      const { nodes: count, problems } = compareStates(before.nodes, truths, nodes);
      lines.push(lineOf("node rows with the newest state", count, problems));
    }
    if (fills(webhook, timeSeriesTable)) lines.push(await pointsLine(stage, truths));
    const counted = (what: string, count: number, of: keyof Totals) => {
      const missing = count - stage.totals(name)[of] + (before.totals.get(name)?.[of] ?? 0);
      lines.push(
        lineOf(`${what} by ${name}`, count, missing > 0 ? [`${missing} are missing`] : [], missing),
      );
    };
    counted("handled", expected.delivered.size, "Delivered");
    if (expected.filtered.size > 0) counted("filtered out", expected.filtered.size, "Filtered");
    lines.push(await deadLettersLine(stage, name, expected, before));
  }
  return { lines, archive, nodes, problems: lines.flatMap(({ problems }) => problems) };
}

function lineOf(
  what: string,
  expected: number,
  problems: readonly string[],
  wrong: number = problems.length,
): ReconciliationLine {
  return { what, expected, found: Math.min(expected, expected - wrong), problems };
}

/** Returns true if a webhook writes to a table. */
function fills({ resources }: Webhook, table: { readonly name: string }): boolean {
  return Object.values(resources).some(
    (one) =>
      one.kind === "table" &&
      one.table.name === table.name &&
      one.actions.includes("dynamodb:BatchWriteItem"),
  );
}

async function allNodes({ liveTables: client, name }: Stage): Promise<NodeStatus[]> {
  const reader = { client, tableName: deployedName(name, nodeStatusTable.name) };
  return collect(eachNode(reader));
}

function archiveLine(
  { deliveries }: ArchiveContent,
  published: readonly PublishedFleetMessage[],
): ReconciliationLine {
  const bodies = new Map(deliveries.map(({ id, body }) => [id, body]));
  const problems = published.flatMap(({ id, message }) => {
    const body = bodies.get(id);
    if (body === message.body) return [];
    return [
      body === undefined
        ? `${id} is not in the archive`
        : `${id} has a different body in the archive`,
    ];
  });
  return lineOf("archived", published.length, problems);
}

async function pointsLine(
  stage: Stage,
  events: readonly EventTruth[],
): Promise<ReconciliationLine> {
  const expected = new Set<string>();
  const series = new Map<string, { nodeId: string; name: string }>();
  for (const { nodeIds, readings } of events)
    for (const { series: name, atMs, value } of readings) {
      const nodeId = nodeIds[0] ?? "";
      series.set(`${nodeId} ${name}`, { nodeId, name });
      expected.add(JSON.stringify([nodeId, name, atMs, value]));
    }
  const reader = {
    client: stage.liveTables,
    tableName: deployedName(stage.name, timeSeriesTable.name),
  };
  const missing = new Set(expected);
  for (const { nodeId, name } of series.values()) {
    const range = { nodeId, name, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
    for (const { atMs, value } of await readPoints(reader, range, 0))
      missing.delete(JSON.stringify([nodeId, name, atMs, value]));
  }
  const problems = [...missing].map((point) => `point ${point} is missing`);
  return lineOf(`points in ${series.size} series`, expected.size, problems);
}

async function deadLettersLine(
  stage: Stage,
  webhook: string,
  { deadLettered }: Expectation,
  before: Baseline,
): Promise<ReconciliationLine> {
  const found = await deadLettersOf(stage, webhook);
  const old = before.deadLetters.get(webhook);
  const missing = [...deadLettered].filter((id) => !found.has(id));
  const strange = [...found.keys()].filter((id) => !deadLettered.has(id) && old?.has(id) !== true);
  const unexplained = [...deadLettered].filter(
    (id) => found.has(id) && found.get(id) === undefined,
  );
  const place = `in the dead-letter queue of ${webhook}`;
  const problems = [
    ...missing.map((id) => `${id} is not ${place}`),
    ...strange.map((id) => `${id} should not be ${place}`),
    ...unexplained.map((id) => `${id} has no reason ${place}`),
  ];
  return lineOf(place, deadLettered.size, problems, missing.length);
}

/** Returns the reasons of the dead letters of a webhook, by delivery. */
async function deadLettersOf(
  stage: Stage,
  webhook: string,
): Promise<ReadonlyMap<string, string | undefined>> {
  const queues = stage.provisioned.queues.get(webhook);
  if (queues === undefined) return new Map();
  const { url: queueUrl } = queues.deadLetters;
  const letters = await readDeadLetters({ sqs: stage.clients.sqs, queueUrl, isLocal: true });
  return new Map(letters.map(({ deliveryId, reason }) => [deliveryId, reason]));
}

/** The expected outcome of the published messages at one webhook, by SNS message id. */
interface Expectation {
  readonly delivered: ReadonlyMap<string, EventTruth | undefined>;
  readonly filtered: ReadonlySet<string>;
  readonly deadLettered: ReadonlySet<string>;
}

/**
 * Returns the expected outcome of each published message at a webhook: delivered, filtered out, or
 * (if it cannot be decoded) in the dead-letter queue. A webhook that is not filtered gets
 * everything.
 */
export function expectAt(
  webhook: Webhook,
  published: readonly PublishedFleetMessage[],
  rules: readonly FilterRule[],
  integration: string,
): Expectation {
  const delivered = new Map<string, EventTruth | undefined>();
  const filtered = new Set<string>();
  const deadLettered = new Set<string>();
  for (const { id, message } of published) {
    if (!webhook.events.includes(message.type)) continue;
    if (!webhook.filtered) delivered.set(id, message.truth);
    else if (message.truth === undefined) deadLettered.add(id);
    else if (isFiltered(message.truth, rules, integration)) filtered.add(id);
    else delivered.set(id, message.truth);
  }
  return { delivered, filtered, deadLettered };
}

/**
 * An independent, simple implementation of the filter: any rule of the event's system, user or node
 * can filter it out.
 */
function isFiltered(truth: EventTruth, rules: readonly FilterRule[], integration: string): boolean {
  const entities = new Set([`system.${truth.type}`, truth.userId, ...truth.nodeIds]);
  return rules.some(
    (rule) =>
      rule.eventType === truth.type &&
      entities.has(rule.entityId) &&
      !(rule.enabled && rule.integrations.includes(integration)),
  );
}

/** What is compared of a row of node status. */
type NodeState = Pick<NodeStatus, "nodeId" | "state" | "sinceMs">;

const STATES: Readonly<Record<string, NodeState["state"]>> = {
  "rmaker.event.node_connected": "online",
  "rmaker.event.node_disconnected": "offline",
};

/**
 * Compares the rows of nodes with the newest connect or disconnect of each, in whatever order they
 * came. Of two at the same time, either can be the last one.
 *
 * @param before The rows before these events.
 * @returns The number of nodes that should have a row, and a sentence for each row that is not
 * right.
 */
export function compareStates(
  before: readonly NodeState[],
  events: Iterable<EventTruth>,
  rows: readonly NodeState[],
): { readonly nodes: number; readonly problems: readonly string[] } {
  type Newest = {
    readonly states: readonly NodeState["state"][];
    readonly sinceMs: number | undefined;
  };
  const newest = new Map<string, Newest>(
    before.map(({ nodeId, state, sinceMs }) => [nodeId, { states: [state], sinceMs }]),
  );
  for (const { type, atMs, nodeIds } of events)
    for (const nodeId of nodeIds) {
      const known: Newest = newest.get(nodeId) ?? { states: ["unknown"], sinceMs: undefined };
      const state = STATES[type];
      const { sinceMs = Number.NEGATIVE_INFINITY } = known;
      if (state === undefined || atMs < sinceMs) newest.set(nodeId, known);
      else
        newest.set(nodeId, {
          states: atMs === sinceMs ? [...known.states, state] : [state],
          sinceMs: atMs,
        });
    }
  const stored = new Map(rows.map((row) => [row.nodeId, row]));
  const wrong = [...newest].flatMap(([nodeId, { states, sinceMs }]) => {
    const row = stored.get(nodeId);
    if (row !== undefined && row.sinceMs === sinceMs && states.includes(row.state)) return [];
    const found = row === undefined ? "missing" : `${row.state} since ${row.sinceMs}`;
    return [`node ${nodeId} should be ${states.join(" or ")} since ${sinceMs}, and is ${found}`];
  });
  const strange = rows.flatMap(({ nodeId }) =>
    newest.has(nodeId) ? [] : [`node ${nodeId} should not be there`],
  );
  return { nodes: newest.size, problems: [...wrong, ...strange] };
}

const READS_AT_ONCE = 8;

/** The content of an archive. */
export interface ArchiveContent {
  readonly objects: number;
  readonly bytes: number;
  readonly deliveries: readonly Delivery[];
}

/** Reads the whole archive of a bucket: every object, with one delivery per line. */
export async function readArchive(client: S3Client, bucket: string): Promise<ArchiveContent> {
  const archive = { client, bucket };
  const objects = await collect(listObjects(archive));
  const deliveries = await mapLimited(objects, READS_AT_ONCE, ({ key }) =>
    readObject(archive, key),
  );
  return {
    objects: objects.length,
    bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0),
    deliveries: deliveries.flat(),
  };
}

const NO_ARCHIVE: ArchiveContent = { objects: 0, bytes: 0, deliveries: [] };
