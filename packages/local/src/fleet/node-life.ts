import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import type { JsonObject } from "@rainhooks/core/json";
import type { Chance } from "../aws/chance.ts";
import type { DeviceParam } from "./device.ts";
import { type FleetNode, UNLUCKY_SITE } from "./fleet.ts";
import { intentsOf } from "./habits.ts";
import { type FleetPace, REAL_PACE, releaseOf, waveDelayMs } from "./pace.ts";
import type { NodeTopic, Step } from "./play.ts";

/** Maximum readings that a node keeps while it cannot send them. */
const MAX_KEPT = 200;
const MAX_TOGETHER = 24;

/** A scheduled action of a node. Its effect depends on the node's state at that time. */
interface Due {
  readonly atMs: number;
  readonly happen: (atMs: number) => void;
}

interface Kept {
  readonly t: number;
  readonly v: ReturnType<DeviceParam["value"]>;
}

/**
 * Simulates one node, hour by hour: when it is connected, and what it sends. The same chance gives
 * the same steps.
 */
export class NodeLife {
  readonly #node: FleetNode;
  readonly #chance: Chance;
  readonly #bornMs: number;
  readonly #pace: FleetPace;
  #due: Due[] = [];
  #steps: Step[] = [];
  #lastMs = 0;
  #powered = false;
  #online = false;
  #bootedAtMs: number;
  #firmware = 0;
  readonly #kept = new Map<DeviceParam, Kept[]>();
  /** What was sent in the last hour. */
  #sent: {
    readonly param: DeviceParam;
    readonly atMs: number;
    readonly records: readonly Kept[];
  }[] = [];

  constructor(node: FleetNode, chance: Chance, bornMs: number, pace: FleetPace = REAL_PACE) {
    this.#node = node;
    this.#pace = pace;
    this.#chance = chance;
    this.#bornMs = bornMs;
    this.#bootedAtMs = bornMs;
    this.#at(bornMs + chance.int(0, 10 * MINUTE_MS), (atMs) => this.#boot(atMs));
    for (const param of node.device.params) {
      if (param.readings !== undefined) this.#readEvery(param, this.#readingsOf(param));
    }
    this.#awaitRelease(1);
    const { outage, loss } = pace;
    if (outage !== undefined && node.site === UNLUCKY_SITE)
      this.#drop(bornMs + outage.afterMs, outage.lengthMs);
    if (loss !== undefined && node.isLost) this.#drop(bornMs + loss.afterMs, loss.lengthMs);
  }

  get node(): FleetNode {
    return this.#node;
  }

  /**
   * Returns the steps of the hour from a time, in order. Hours must be requested one after the
   * other.
   */
  hour(fromMs: number): Step[] {
    this.#planHour(fromMs);
    this.#steps = [];
    for (;;) {
      const [next] = this.#due;
      if (next === undefined || next.atMs >= fromMs + HOUR_MS) return this.#steps;
      this.#due.shift();
      next.happen(next.atMs);
    }
  }

  /**
   * Returns the steps with which the node sends what it has read until a time, and has not sent.
   *
   * @param playedMs Time of the last step that was taken: what the node would have sent after it,
   * it has not.
   */
  sendUnsentReadings(atMs: number, playedMs: number): Step[] {
    this.#steps = [];
    const unsent = this.#sent.filter((one) => one.atMs > playedMs);
    for (const param of this.#node.device.params.filter(({ dataType }) => !isComposite(dataType))) {
      const records = unsent.filter((one) => one.param === param).flatMap((one) => one.records);
      const all = [...records, ...(this.#kept.get(param) ?? [])].filter(
        ({ t }) => t * SECOND_MS <= atMs,
      );
      this.#kept.set(param, all.slice(-MAX_TOGETHER));
      if (all.length > 0) this.#send(param, atMs);
    }
    return this.#steps;
  }

  #planHour(fromMs: number): void {
    for (const intent of intentsOf(
      this.#node,
      new Date(fromMs).getUTCHours(),
      this.#chance,
      this.#pace.stretch,
    )) {
      const atMs = fromMs + intent.inMs;
      if (intent.kind === "drop") this.#drop(atMs, intent.outageMs);
      else this.#at(atMs, (now) => this.#happen(intent.kind, now));
    }
  }

  #happen(kind: "use" | "alert" | "cut-power" | "boot", atMs: number): void {
    if (kind === "use") this.#use(atMs);
    if (kind === "alert") this.#alert(atMs);
    if (kind === "cut-power") this.#cutPower(atMs);
    if (kind === "boot") this.#boot(atMs);
  }

  #boot(atMs: number): void {
    this.#powered = true;
    if (this.#online) return;
    this.#bootedAtMs = atMs;
    this.#connect(atMs);
    this.#say(atMs + 2 * SECOND_MS, "config", this.#config());
    this.#say(atMs + 3 * SECOND_MS, "params/local/init", this.#paramsAt(atMs));
  }

  #connect(atMs: number): void {
    this.#online = true;
    this.#step({ kind: "connect", nodeId: this.#node.id, atMs });
  }

  #disconnect(atMs: number, clean: boolean): void {
    this.#online = false;
    this.#step({ kind: "disconnect", nodeId: this.#node.id, atMs, clean });
  }

  /** Loses the connection for a while. */
  #drop(atMs: number, outageMs: number): void {
    this.#at(atMs, (now) => {
      if (!this.#online) return;
      this.#disconnect(now, false);
      this.#at(now + outageMs, (then) => {
        if (this.#powered && !this.#online) this.#connect(then);
      });
    });
  }

  #cutPower(atMs: number): void {
    this.#powered = false;
    if (this.#online) this.#disconnect(atMs, false);
  }

  #use(atMs: number): void {
    const { device } = this.#node;
    const param = this.#chance.pick(device.params);
    const value = this.#valueOf(param, atMs);
    this.#say(atMs, "params/local", { [device.name]: { [param.name]: value } });
    if (param.readings === undefined) {
      this.#say(
        atMs + SECOND_MS,
        "simple_tsdata",
        this.#simpleSeries(param, { t: seconds(atMs), v: value }),
      );
    }
  }

  #alert(atMs: number): void {
    const content = this.#chance.happens(0.5)
      ? { "esp.alert.str": "Battery is low" }
      : this.#paramsAt(atMs);
    this.#say(atMs, "alert", content);
  }

  /**
   * Returns how often a parameter is read, and how many readings are sent together: at a slower
   * pace more, and otherwise read less often.
   */
  #readingsOf({ readings, dataType }: DeviceParam): {
    readonly everyMs: number;
    readonly together: number;
  } {
    const { everyMin, together } = readings ?? { everyMin: 60, together: 1 };
    const { stretch } = this.#pace;
    const fits = isComposite(dataType) ? 1 : Math.min(MAX_TOGETHER, Math.ceil(together * stretch));
    const slower = Math.max(1, Math.round((stretch * together) / fits));
    return { everyMs: everyMin * MINUTE_MS * slower, together: fits };
  }

  /**
   * Reads a parameter regularly, and sends the readings when there are enough and the node is
   * connected.
   */
  #readEvery(
    param: DeviceParam,
    { everyMs, together }: { readonly everyMs: number; readonly together: number },
  ): void {
    const read = (atMs: number) => {
      this.#at(atMs + everyMs, read);
      if (!this.#powered) return;
      const kept = this.#kept.get(param) ?? [];
      kept.push({ t: seconds(atMs), v: this.#valueOf(param, atMs) });
      this.#kept.set(param, kept.slice(-MAX_KEPT));
      if (this.#online && kept.length >= together) this.#send(param, atMs);
    };
    this.#at(this.#bornMs + this.#chance.int(1, everyMs), read);
  }

  #send(param: DeviceParam, atMs: number): void {
    const kept = this.#kept.get(param) ?? [];
    // Lists and objects are sent one by one: only simple time series can contain them.
    const records = kept.splice(0, isComposite(param.dataType) ? 1 : MAX_TOGETHER);
    const [only] = records;
    if (only === undefined) return;
    if (this.#online)
      this.#sent = [
        ...this.#sent.filter((one) => one.atMs > atMs - HOUR_MS),
        { param, atMs, records },
      ];
    if (records.length === 1) this.#say(atMs, "simple_tsdata", this.#simpleSeries(param, only));
    else {
      const name = this.#seriesOf(param);
      const series = {
        name,
        type: param.type,
        dt: param.dataType,
        records: records.map((one) => ({ ...one })),
      };
      this.#say(atMs, "tsdata", { ts_data_version: "2021-09-13", ts_data: [series] });
    }
  }

  #simpleSeries(param: DeviceParam, { t, v }: Kept): JsonObject {
    return { name: this.#seriesOf(param), type: param.type, dt: param.dataType, t, v, d: 730 };
  }

  #seriesOf({ name }: DeviceParam): string {
    return `${this.#node.device.name}.${name}`;
  }

  /**
   * Takes part in an update of the whole fleet when it is released, or as soon as the node is
   * connected after that.
   */
  #awaitRelease(number: number): void {
    const release = releaseOf(number, this.#bornMs + this.#pace.releaseAfterMs);
    const update = (atMs: number) => {
      if (!this.#online) return this.#at(atMs + HOUR_MS, update);
      this.#awaitRelease(number + 1);
      const job = {
        ota_job_id: release.jobId,
        fw_version: release.version,
        file_size: release.bytes,
      };
      this.#say(atMs, "otastatus", { ...job, status: "in-progress" });
      this.#at(atMs + this.#chance.int(30, 120) * SECOND_MS, (then) => {
        if (!this.#online) return;
        this.#firmware = number;
        this.#disconnect(then, true);
        this.#at(then + this.#chance.int(8, 20) * SECOND_MS, (booted) => {
          this.#boot(booted);
          this.#say(booted + 5 * SECOND_MS, "otastatus", { ...job, status: "success" });
        });
      });
    };
    this.#at(release.atMs + waveDelayMs(this.#chance), update);
  }

  #config(): JsonObject {
    const { id, name, device } = this.#node;
    return {
      node_id: id,
      config_version: "2020-03-20",
      info: { name, fw_version: `1.${this.#firmware}.0`, type: device.name, model: "esp32c3" },
      devices: [
        { name: device.name, params: device.params.map((param) => ({ name: param.name })) },
      ],
    };
  }

  #paramsAt(atMs: number): JsonObject {
    const { device } = this.#node;
    const values = device.params.map((param) => [param.name, this.#valueOf(param, atMs)] as const);
    return { [device.name]: Object.fromEntries(values) };
  }

  #valueOf(param: DeviceParam, atMs: number): ReturnType<DeviceParam["value"]> {
    const { character } = this.#node;
    return param.value({ atMs, bootedAtMs: this.#bootedAtMs, character, chance: this.#chance });
  }

  #at(atMs: number, happen: Due["happen"]): void {
    const after = this.#due.findIndex((one) => one.atMs > atMs);
    this.#due.splice(after === -1 ? this.#due.length : after, 0, { atMs, happen });
  }

  #say(atMs: number, topic: NodeTopic, payload: JsonObject): void {
    if (this.#online) this.#step({ kind: "say", nodeId: this.#node.id, atMs, topic, payload });
  }

  /**
   * Steps of a node are at least a second apart: the text timestamps of RainMaker have no better
   * resolution.
   */
  #step(step: Step): void {
    const atMs = Math.max(step.atMs, this.#lastMs + SECOND_MS);
    this.#lastMs = atMs;
    this.#steps.push({ ...step, atMs });
  }
}

function isComposite(dataType: DeviceParam["dataType"]): boolean {
  return dataType === "array" || dataType === "object";
}

function seconds(atMs: number): number {
  return Math.floor(atMs / SECOND_MS);
}
