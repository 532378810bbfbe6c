import { MINUTE_MS } from "@rainhooks/core/durations";
import type { TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { watch } from "@rainhooks/extensions/alarms/functions/watch/scheduled";
import { type DataPoint, pointsIn } from "@rainhooks/infra/testing/alarm-evaluator";
import { lambdaPoints, sqsPoints } from "@rainhooks/infra/testing/aws-metrics";
import { OutageWorld, type Service, SIMULATED } from "../outage-world.ts";
import { PLAYED_STAGE } from "../stack/ringing-alarms.ts";
import { addRules, playedSweep, snsOf } from "./played-sweep.ts";

/** What is wrong for a time. */
export interface Fault {
  /** Minutes after the beginning. @defaultValue from the beginning to the end */
  readonly minutes?: readonly [from: number, to: number];
  readonly down?: readonly Service[];
  readonly failingNode?: string;
  /** Messages that nobody can decode, each minute. */
  readonly poison?: number;
  /** A function whose code fails as a whole. */
  readonly broken?: string;
  /** A function of which every third invocation fails. */
  readonly flaky?: string;
  /** A function that Lambda does not invoke. */
  readonly stopped?: string;
  /** Readings of one node, each minute. */
  readonly flood?: number;
}

/** Options of {@link playOutage}. */
export interface PlayOptions {
  readonly startMs: number;
  readonly minutes: number;
  /**
   * Nodes connect and send a reading once in so many minutes. The sweep of alarms runs only if that
   * is each minute. @defaultValue 1
   */
  readonly everyMinutes?: number;
}

/** Nodes that connect and send a reading in each interval. */
const NODES = 3;
const FLEET = 100;

/**
 * Plays a stage while something is wrong: the real handlers on queues with SQS's rules, and the
 * sweep of alarms. Nothing waits.
 *
 * @returns The metrics: those that the functions emit, and those of SQS and Lambda by their rules.
 */
export async function playOutage(
  tables: TestTables,
  fault: Fault,
  { startMs, minutes, everyMinutes = 1 }: PlayOptions,
): Promise<DataPoint[]> {
  const world = new OutageWorld(tables, SIMULATED, startMs);
  const sweep = await sweepOf(world);
  const queues = queueMetrics(world);
  const points: DataPoint[] = [];
  for (let minute = 0; minute < minutes; minute += 1) {
    const [from, to] = fault.minutes ?? [0, minutes];
    const now = minute >= from && minute < to ? fault : {};
    setFault(world, now);
    const published = publishMinute(world, minute, everyMinutes, now);
    await world.runUntil(startMs + (minute + 1) * MINUTE_MS);
    if (everyMinutes === 1 && !world.stopped.has(watch.name)) await sweep();
    points.push(...queues(published));
  }
  return [
    ...points,
    ...world.metricLines.flatMap(pointsIn),
    ...world.invocations.flatMap((one) =>
      lambdaPoints(`rainhooks-${PLAYED_STAGE}-${one.name}`, one),
    ),
  ];
}

function setFault(world: OutageWorld, fault: Fault): void {
  world.setDown(fault.down ?? []);
  world.failingNode = fault.failingNode;
  for (const kind of ["broken", "flaky", "stopped"] as const) {
    world[kind].clear();
    if (fault[kind] !== undefined) world[kind].add(fault[kind]);
  }
}

/** Returns what runs the sweep of alarms once, with one rule. */
async function sweepOf(world: OutageWorld): Promise<() => Promise<void>> {
  const client = world.dynamodb();
  await addRules(client, [{ name: "gone", kind: "offline", for: "2d" }], world.nowMs);
  const writeLine = (line: string) => {
    if (line.includes('"_aws"')) world.metricLines.push(line);
  };
  const handler = playedSweep(world, {
    client,
    sqs: world.sqs,
    sns: snsOf(() => undefined),
    writeLine,
  });
  return async () => {
    const hasFailed = await handler({}, { awsRequestId: "r" }).then(
      () => false,
      () => true,
    );
    world.invocations.push({ name: watch.name, atMs: world.nowMs, hasFailed });
  };
}

/**
 * Returns a function that returns the metrics that SQS publishes for the webhooks' queues in a
 * minute.
 */
function queueMetrics(world: OutageWorld): (published: number) => DataPoint[] {
  return (published) =>
    SIMULATED.flatMap(({ name }) => {
      const { queue, deadLetters } = world.queuesOf(name);
      const { nowMs: atMs } = world;
      const own = `rainhooks-${PLAYED_STAGE}-${name}`;
      const letters = deadLetters.peek();
      return [
        ...sqsPoints({
          name: own,
          messages: queue.peek(),
          visible: queue.counts().visible,
          sent: published,
          atMs,
        }),
        // What SQS moves keeps the time at which it was sent.
        ...sqsPoints({
          name: `${own}-dead-letters`,
          messages: letters,
          visible: letters.length,
          sent: letters.filter(({ sentAtMs }) => sentAtMs > atMs - MINUTE_MS).length,
          atMs,
        }),
      ];
    });
}

/**
 * Publishes what comes in a minute; returns how many messages each webhook gets that subscribes to
 * all.
 */
function publishMinute(
  world: OutageWorld,
  minute: number,
  everyMinutes: number,
  { poison = 0, flood = 0 }: Fault,
): number {
  const nodes = minute % everyMinutes === 0 ? NODES : 0;
  for (let node = 0; node < nodes; node += 1) {
    const name = `n${((minute / everyMinutes) * NODES + node) % FLEET}`;
    publish(world, "node_connected", name, {});
    publishReading(world, name, 0);
  }
  for (let index = 0; index < poison; index += 1)
    world.publish(`poison-${minute}-${index}`, "esp_rainmaker_sns_node_connected", "not JSON");
  for (let index = 0; index < flood; index += 1) publishReading(world, "loop", index);
  return nodes + poison + flood;
}

function publishReading(world: OutageWorld, node: string, index: number): void {
  publish(
    world,
    "node_ts_data",
    node,
    { name: "t", dt: "int", t: Math.floor(world.nowMs / 1000) + index, v: 1 },
    index,
  );
}

function publish(world: OutageWorld, type: string, NodeId: string, data: object, index = 0): void {
  world.publish(
    `${type}-${NodeId}-${world.nowMs}-${index}`,
    `esp_rainmaker_sns_${type}`,
    JSON.stringify({
      EventType: `rmaker.event.${type}`,
      Timestamp: world.nowMs,
      EventData: { NodeId, ...data },
    }),
  );
}
