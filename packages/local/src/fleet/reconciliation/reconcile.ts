import { collect } from "@rainhooks/core/collections";
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
import { type ArchiveContent, readArchive } from "./archive.ts";
import { type Expectation, expectAt } from "./expect.ts";
import { modelNodes, type SentEvent, toModelNode } from "./node-model.ts";

/** A store, with the expected and the found number of messages. */
export interface ReconciliationLine {
  readonly what: string;
  readonly expected: number;
  readonly found: number;
  /** The first messages that are missing, wrong or unexpected. */
  readonly problems: readonly string[];
}

/** The content of a stage before a run, so that only the run is checked. */
export interface Baseline {
  readonly nodes: readonly NodeStatus[];
  /** Dead letters by webhook. */
  readonly deadLetters: ReadonlyMap<string, ReadonlySet<string>>;
  /** Number of events filtered out so far, by webhook. */
  readonly filtered: ReadonlyMap<string, number>;
  /** Number of events handled so far, by webhook. */
  readonly handled: ReadonlyMap<string, number>;
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
  const deadLetters = new Map(
    await Promise.all(
      stage.webhooks.map(
        async ({ name }) => [name, new Set((await deadLettersOf(stage, name)).keys())] as const,
      ),
    ),
  );
  const counts = stage.webhooks.map(({ name }) => ({ name, totals: stage.totals(name) }));
  const filtered = new Map(counts.map(({ name, totals }) => [name, totals.Filtered]));
  const handled = new Map(counts.map(({ name, totals }) => [name, totals.Delivered]));
  return { nodes: await allNodes(stage), deadLetters, filtered, handled };
}

/**
 * Reconciles a run: reads the stores and compares them with what the publisher knows. No message may be
 * missing, wrong or unexpected. Only the stores of webhooks that run are checked; node rows also need the
 * archive, which has the times of SNS.
 */
export async function reconcile(
  stage: Stage,
  published: readonly PublishedFleetMessage[],
  rules: readonly FilterRule[],
  before: Baseline,
): Promise<Reconciliation> {
  const expectations = stage.webhooks.map((webhook) =>
    expectAt(webhook, published, rules, stage.integration),
  );
  const isArchived = hasArchive(stage);
  const [archive, nodes] = await Promise.all([
    isArchived ? readArchive(stage.clients.s3, deployedName(stage.name, "archive")) : NO_ARCHIVE,
    allNodes(stage),
  ]);
  const setAside = await Promise.all(expectations.map((one) => deadLettersLine(stage, one, before)));
  const lines: ReconciliationLine[] = isArchived ? [archiveLine(archive, published)] : [];
  for (const [index, expectation] of expectations.entries()) {
    const { definition } = expectation;
    if (fills(definition, nodeStatusTable) && isArchived)
      lines.push(nodesLine(expectation, archive, nodes, before.nodes));
    if (fills(definition, timeSeriesTable)) lines.push(await pointsLine(stage, expectation));
    if (definition.part === undefined) lines.push(handledLine(stage, expectation, before));
    else if (Object.keys(definition.resources).length === 0) lines.push(loggedLine(stage, expectation));
    if (expectation.filtered.size > 0) lines.push(filteredLine(stage, expectation, before));
    lines.push(...setAside.slice(index, index + 1));
  }
  return { lines, archive, nodes, problems: lines.flatMap(({ problems }) => problems) };
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

const NO_ARCHIVE: ArchiveContent = { objects: 0, bytes: 0, deliveries: [] };

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
    return [body === undefined ? `${id} is not in the archive` : `${id} has a different body in the archive`];
  });
  return {
    what: "archived",
    expected: published.length,
    found: published.length - problems.length,
    problems,
  };
}

function nodesLine(
  { delivered }: Expectation,
  archive: ArchiveContent,
  nodes: readonly NodeStatus[],
  before: readonly NodeStatus[],
): ReconciliationLine {
  const model = modelNodes(before, sentEvents(delivered, archive));
  const rows = new Map(nodes.map((node) => [node.nodeId, toModelNode(node)]));
  const problems: string[] = [];
  for (const nodeId of new Set([...model.keys(), ...rows.keys()])) {
    const [should, is] = [JSON.stringify(model.get(nodeId)), JSON.stringify(rows.get(nodeId))];
    if (should !== is) problems.push(`node ${nodeId} should be ${should}, is ${is}`);
  }
  return {
    what: "node rows equal to a replay in order",
    expected: model.size,
    found: model.size - problems.length,
    problems,
  };
}

/** Returns the delivered events with their SNS time, which orders events of the same second. */
function sentEvents(delivered: Expectation["delivered"], { deliveries }: ArchiveContent): SentEvent[] {
  const sentAtMs = new Map(deliveries.map((delivery) => [delivery.id, delivery.sentAtMs]));
  return [...delivered].flatMap(([id, truth]) =>
    truth === undefined ? [] : [{ ...truth, id, sentAtMs: sentAtMs.get(id) ?? 0 }],
  );
}

async function pointsLine(stage: Stage, { delivered }: Expectation): Promise<ReconciliationLine> {
  const expected = new Set<string>();
  const series = new Map<string, { nodeId: string; name: string }>();
  for (const { nodeIds, readings } of [...delivered.values()].filter(isTruth)) {
    for (const reading of readings) {
      const nodeId = nodeIds[0] ?? "";
      series.set(`${nodeId} ${reading.series}`, { nodeId, name: reading.series });
      expected.add(JSON.stringify([nodeId, reading.series, reading.atMs, reading.value]));
    }
  }
  const reader = { client: stage.liveTables, tableName: deployedName(stage.name, timeSeriesTable.name) };
  const found = new Set<string>();
  for (const { nodeId, name } of series.values()) {
    const range = { nodeId, name, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
    for (const { atMs, value } of await readPoints(reader, range, 0)) {
      found.add(JSON.stringify([nodeId, name, atMs, value]));
    }
  }
  const missing = [...expected].filter((point) => !found.has(point));
  return {
    what: `points in ${series.size} series`,
    expected: expected.size,
    found: expected.size - missing.length,
    problems: missing.map((point) => `point ${point} is missing`),
  };
}

/** For a webhook with code of its own, only the number of its handled events is known, not their effect. */
function handledLine(
  stage: Stage,
  { webhook, delivered }: Expectation,
  before: Baseline,
): ReconciliationLine {
  const found = stage.totals(webhook).Delivered - (before.handled.get(webhook) ?? 0);
  const missing = delivered.size - found;
  return {
    what: `handled by ${webhook}`,
    expected: delivered.size,
    found: Math.min(found, delivered.size),
    problems: missing > 0 ? [`${missing} events were not handled by ${webhook}`] : [],
  };
}

function loggedLine(stage: Stage, { webhook, delivered }: Expectation): ReconciliationLine {
  const logged = stage.loggedDeliveries(webhook);
  const missing = [...delivered.keys()].filter((id) => !logged.has(id));
  return {
    what: `logged by ${webhook}`,
    expected: delivered.size,
    found: delivered.size - missing.length,
    problems: missing.map((id) => `${id} is not in the log of ${webhook}`),
  };
}

/** For filtered events only their number is known; the other lines check that they are in no store. */
function filteredLine(
  stage: Stage,
  { webhook, filtered }: Expectation,
  before: Baseline,
): ReconciliationLine {
  const found = stage.totals(webhook).Filtered - (before.filtered.get(webhook) ?? 0);
  const logged = stage.loggedDeliveries(webhook);
  const leaked = [...filtered]
    .filter((id) => logged.has(id))
    .map((id) => `${id} was not filtered out by ${webhook}`);
  const short =
    found < filtered.size ? [`${webhook} filtered out ${found} events instead of ${filtered.size}`] : [];
  return {
    what: `filtered out by ${webhook}`,
    expected: filtered.size,
    found: Math.min(found, filtered.size),
    problems: [...leaked, ...short],
  };
}

async function deadLettersLine(
  stage: Stage,
  expectation: Expectation,
  before: Baseline,
): Promise<ReconciliationLine> {
  const { webhook, deadLettered } = expectation;
  const found = await deadLettersOf(stage, webhook);
  const old = before.deadLetters.get(webhook) ?? new Set();
  const missing = [...deadLettered].filter((id) => !found.has(id));
  const strange = [...found.keys()].filter((id) => !deadLettered.has(id) && !old.has(id));
  const unexplained = [...deadLettered].filter((id) => found.has(id) && found.get(id) === undefined);
  return {
    what: `in the dead-letter queue of ${webhook}`,
    expected: deadLettered.size,
    found: deadLettered.size - missing.length,
    problems: [
      ...missing.map((id) => `${id} is not in the dead-letter queue of ${webhook}`),
      ...strange.map((id) => `${id} should not be in the dead-letter queue of ${webhook}`),
      ...unexplained.map((id) => `${id} has no reason in the dead-letter queue of ${webhook}`),
    ],
  };
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

function isTruth(truth: EventTruth | undefined): truth is EventTruth {
  return truth !== undefined;
}
