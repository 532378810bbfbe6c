import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach } from "@jest/globals";
import { EVENT_TYPES, shortType } from "@rainhooks/core/catalog";
import { decode } from "@rainhooks/core/decode/decode";
import { HOUR_MS } from "@rainhooks/core/durations";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { DEFAULT_RETRY } from "@rainhooks/core/retry";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { nodeStatusSink } from "@rainhooks/node-status/node-status-sink";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import { deliveryOf } from "@rainhooks/testing/samples";
import type { TimeSeriesEvent } from "@rainhooks/time-series/puts";
import { timeSeriesSink } from "@rainhooks/time-series/time-series-sink";
import { timeSeriesRollupsTable, timeSeriesTable } from "@rainhooks/time-series/time-series-tables";
import type { Alarm } from "../alarms/alarm.ts";
import { readAlarmsOf } from "../alarms/alarm-store.ts";
import { readRule } from "../rule/read-rule.ts";
import { changeWatchRule } from "../rules/rule-store.ts";
import { alarmsInNodeStatus } from "../stores/in-node-status.ts";
import { alarmsInTimeSeries } from "../stores/in-time-series.ts";
import type { AlarmEvent } from "../sweep/alarm-event.ts";
import { holdAlarms } from "../sweep/progress.ts";
import { runSweep, type SweepOptions, type SweepReport } from "../sweep/run-sweep.ts";
import { SweepMemory } from "../sweep/sweep-state.ts";
import {
  alarmsTable,
  watchedNodeTable,
  watchedSeriesTable,
  watchRulesTable,
} from "../watch-tables.ts";

/** The tables of a played stage. */
export const PLAYED_TABLES = [
  watchedNodeTable,
  nodeTimelineTable,
  watchedSeriesTable,
  timeSeriesRollupsTable,
  watchRulesTable,
  alarmsTable,
];

/** A stage whose clock a test moves: the sinks that write in production, and the sweep. */
export class PlayedStage {
  nowMs: number;
  /** Events about alarms, in the order in which they were sent. */
  readonly sent: AlarmEvent[] = [];
  readonly #client: DynamoDBClient;
  readonly #name: string;
  #nodes: ReturnType<typeof nodeStatusSink>;
  #series: ReturnType<typeof timeSeriesSink>;
  #memory = new SweepMemory();

  private constructor(client: DynamoDBClient, name: string, nowMs: number) {
    this.#client = client;
    this.#name = name;
    this.nowMs = nowMs;
    this.#nodes = this.#makeNodes();
    this.#series = this.#makeSeries();
  }

  static async start(tables: TestTables, name: string, nowMs: number): Promise<PlayedStage> {
    const stage = new PlayedStage(tables.client, name, nowMs);
    for (const table of PLAYED_TABLES) await tables.create({ ...table, name: stage.nameOf(table) });
    return stage;
  }

  nameOf(table: TableDescription): string {
    return `${this.#name}-${table.name}`;
  }

  get tables() {
    return this.#tablesOf(this.#client);
  }

  #tablesOf(client: DynamoDBClient) {
    return {
      rules: { client, tableName: this.nameOf(watchRulesTable) },
      alarms: { client, tableName: this.nameOf(alarmsTable) },
      nodes: {
        client,
        tableName: this.nameOf(nodeStatusTable),
        timelineTableName: this.nameOf(nodeTimelineTable),
      },
      series: { client, tableName: this.nameOf(timeSeriesTable) },
    };
  }

  /** Ends the functions, as a restart does: what they remember is gone. */
  restart(): void {
    this.#nodes = this.#makeNodes();
    this.#series = this.#makeSeries();
    this.#memory = new SweepMemory();
  }

  async addRule(rule: object, fromMs = this.nowMs): Promise<void> {
    const read = readRule(JSON.stringify(rule));
    await changeWatchRule(this.tables.rules, read.name, { status: "in-force", rule: read }, fromMs);
    this.restart();
  }

  async write(events: readonly RainmakerEvent[]): Promise<void> {
    const failures = [
      ...(await this.#nodes.write(itemsOf(events))),
      ...(await this.#series.write(itemsOf(events.filter(isSeries)))),
    ];
    if (failures[0] !== undefined) throw failures[0].error;
  }

  async sweep(options: Partial<SweepOptions> = {}): Promise<SweepReport> {
    return await runSweep({
      ...this.tables,
      nowMs: this.nowMs,
      memory: this.#memory,
      send: async (events) => {
        this.sent.push(...events);
      },
      ...options,
    });
  }

  /** Sweeps while a replay fills the tables of node status. */
  async waitingSweep(): Promise<SweepReport> {
    await holdAlarms(this.tables.alarms, "node-status", true, this.nowMs);
    return await this.sweep({
      stores: { "node-status": async () => ({ messages: 1, visibilityMs: 0 }) },
    });
  }

  /** Sweeps, and ends when events were sent: so many calls of DynamoDB later. */
  async killedAfterSending(afterCalls: number): Promise<void> {
    const sentBefore = this.sent.length;
    let left = afterCalls;
    const isDue = () => {
      left -= 1;
      return left < 0;
    };
    await this.killedSweepAt(() => this.sent.length > sentBefore && isDue(), false);
  }

  /**
   * Sweeps, and ends at a call of DynamoDB of which `isIt` returns true: before it is made, or when
   * it was made and its response is lost.
   *
   * @returns Whether there was one.
   */
  async killedSweepAt(
    isIt: (call: PlayedCall, number: number) => boolean,
    isMade: boolean,
    options: Partial<SweepOptions> = {},
  ): Promise<boolean> {
    let isDead = false;
    let calls = 0;
    const client = faultyClient(this.#client, (call) => {
      if (isDead) return "before";
      calls += 1;
      isDead = isIt(call, calls);
      return isDead ? (isMade ? "after" : "before") : undefined;
    });
    await this.sweep({ ...options, ...this.#tablesOf(client) }).catch((error: unknown) => {
      if (!String(error).includes("killed")) throw error;
    });
    this.restart();
    return isDead;
  }

  /**
   * Moves the clock minute by minute, with a sweep in each; or in larger steps, where a test waits
   * for long.
   */
  async play(minutes: number, everyMinutes = 1): Promise<void> {
    for (let minute = 0; minute < minutes; minute += everyMinutes) {
      this.nowMs += everyMinutes * 60_000;
      await this.sweep();
    }
  }

  alarmsOf(nodeId: string): Promise<Alarm[]> {
    return readAlarmsOf(this.tables.alarms, nodeId);
  }

  get #services() {
    const resources = {
      watchRules: this.nameOf(watchRulesTable),
      alarms: this.nameOf(alarmsTable),
    };
    return { client: this.#client, resources, nowMs: () => this.nowMs };
  }

  #makeNodes() {
    const { nodes } = this.tables;
    return nodeStatusSink({
      ...nodes,
      retry: { ...DEFAULT_RETRY, sleep: async () => undefined },
      timelineDays: 90,
      seenIntervalMs: HOUR_MS,
      extensions: [alarmsInNodeStatus(this.#services)],
    });
  }

  #makeSeries() {
    const { series } = this.tables;
    return timeSeriesSink({
      ...series,
      rollupsTableName: this.nameOf(timeSeriesRollupsTable),
      retentionDays: 0,
      extensions: [alarmsInTimeSeries(this.#services)],
      nowMs: () => this.nowMs,
    });
  }
}

/** Whether a call of DynamoDB fails: it is not made, or it is made and its response is lost. */
type Fault = "before" | "after" | undefined;

/** A call of DynamoDB. */
export type PlayedCall = Parameters<DynamoDBClient["send"]>[0];

function faultyClient(client: DynamoDBClient, fault: (call: PlayedCall) => Fault): DynamoDBClient {
  return new Proxy(client, {
    get: (target, name) => {
      if (name !== "send") return Reflect.get(target, name);
      return async (...[command]: Parameters<DynamoDBClient["send"]>) => {
        const kind = fault(command);
        if (kind === "before") throw new Error("killed");
        const output = await target.send(command);
        if (kind === "after") throw new Error("killed");
        return output;
      };
    },
  });
}

function itemsOf<Event>(events: readonly Event[]) {
  return events.map((value, index) => ({ id: String(index), value }));
}

function isSeries(event: RainmakerEvent): event is TimeSeriesEvent {
  return event.type === "rmaker.event.node_ts_data";
}

/** Makes an event of a node that SNS received at `sentAtMs`. */
export function eventOf(type: string, atMs: number, data: object, sentAtMs = atMs): RainmakerEvent {
  const known = EVENT_TYPES.find((one) => shortType(one) === type);
  const body = { event_type: known, timestamp: atMs, event_data: data };
  const decoded = decode(deliveryOf(body, { sentAtMs }));
  if (decoded.kind === "event") return decoded.event;
  throw new Error(`The event ${type} cannot be decoded: ${JSON.stringify(decoded)}`);
}

/** Makes the events of a node: `7` connects it at minute 7, `-7` disconnects it. */
export function minutesOf(
  node_id: string,
  startMs: number,
  ...minutes: readonly number[]
): RainmakerEvent[] {
  return minutes.map((minute) =>
    eventOf(
      minute < 0 ? "node_disconnected" : "node_connected",
      startMs + Math.abs(minute) * 60_000,
      {
        node_id,
      },
    ),
  );
}

/**
 * Starts a stage of its own for each test of a file.
 *
 * @param rules They are in force when a test begins.
 * @param use Gets the stage before each test.
 */
export function eachStage(
  startMs: number,
  rules: readonly object[],
  use: (stage: PlayedStage) => void,
): void {
  let tables: TestTables;
  let stages = 0;
  beforeAll(async () => {
    tables = await startTables();
  });
  afterAll(() => tables.stop());
  beforeEach(async () => {
    stages += 1;
    const stage = await PlayedStage.start(tables, `s${stages}`, startMs);
    for (const rule of rules) await stage.addRule(rule);
    use(stage);
  });
}
