import type { EventType } from "@rainhooks/core/catalog";
import { isJsonObject, type JsonObject, type JsonValue } from "@rainhooks/core/json";
import { evaluate, type FilterSubject, PUBLISHER_DEFAULTS } from "@rainhooks/filter/evaluate";
import { ruleLookup } from "@rainhooks/filter/rule-lookup";
import { newNode, type RainmakerNode, type RainmakerState, type StateFile } from "./state.ts";

/** A message as RainMaker publishes it. */
export interface RainmakerMessage {
  readonly type: EventType;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** When it happened, in the resolution of the body: PascalCase bodies have seconds. */
  readonly saidAtMs: number;
  /** The data of the body. */
  readonly frame: EventFrame;
}

/** Dependencies of the local RainMaker. */
export interface RainmakerDependencies {
  readonly state: RainmakerState;
  readonly file: StateFile;
  readonly publish: (message: RainmakerMessage) => Promise<void>;
  readonly nowMs: () => number;
  readonly newId: () => string;
  /** Casing of the bodies. It is not documented which one current deployments use. */
  readonly casing: "pascal" | "snake";
}

/** The users and the node of an event. */
export interface EventAbout {
  /** Each user gets a message; an event without users is published once. */
  readonly users?: readonly string[];
  readonly nodeId?: string;
}

/** Simulates the part of RainMaker's cloud that publishes events for the actions of nodes and users. */
export class LocalRainmaker {
  readonly #dependencies: RainmakerDependencies;

  constructor(dependencies: RainmakerDependencies) {
    this.#dependencies = dependencies;
  }

  get state(): RainmakerState {
    return this.#dependencies.state;
  }

  /** RainMaker's time, epoch milliseconds. */
  nowMs(): number {
    return this.#dependencies.nowMs();
  }

  newId(): string {
    return this.#dependencies.newId();
  }

  save(): Promise<void> {
    return this.#dependencies.file.save();
  }

  /** Returns a node's state; it is created on first use. */
  node(nodeId: string): RainmakerNode {
    const node = this.state.nodes.get(nodeId) ?? newNode();
    this.state.nodes.set(nodeId, node);
    return node;
  }

  /**
   * Publishes an event: one message for each of its users, if at least one integration wants it. Filters are
   * evaluated with RainMaker's own defaults: without a System filter nothing is published.
   */
  async emit(type: EventType, data: JsonObject, { users = [], nodeId }: EventAbout): Promise<void> {
    const atMs = this.nowMs();
    const copies = users.length === 0 ? [undefined] : users;
    for (const userId of copies) {
      const subject = { type, userId, nodeIds: nodeId === undefined ? [] : [nodeId] };
      if (!this.#isWanted(subject)) continue;
      const frame: EventFrame = { type, atMs, userId, data };
      const body = this.#dependencies.casing === "pascal" ? pascalCaseBody(frame) : snakeCaseBody(frame);
      await this.#dependencies.publish({
        type,
        frame,
        saidAtMs: this.#dependencies.casing === "pascal" ? Math.floor(atMs / 1000) * 1000 : atMs,
        body: JSON.stringify(body),
        attributes: {
          event_type: type,
          ...(userId === undefined ? {} : { user_id: userId }),
          ...(nodeId === undefined ? {} : { node_id: nodeId }),
        },
      });
    }
  }

  /** Publishes an event of a node to all its users. */
  emitOfNode(type: EventType, nodeId: string, data: JsonObject = {}): Promise<void> {
    return this.emit(type, { node_id: nodeId, ...data }, { nodeId, users: this.node(nodeId).users });
  }

  /** Changes a node's parameters, and runs the automations whose conditions become true. */
  async changeParams(nodeId: string, changes: JsonObject): Promise<void> {
    const node = this.node(nodeId);
    const before = node.params;
    node.params = mergeParams(before, changes);
    await this.emitOfNode("rmaker.event.node_params_changed", nodeId, { payload: JSON.stringify(changes) });
    for (const automation of this.state.automations.filter((one) => one.nodeId === nodeId)) {
      const holds = (params: JsonObject) => automation.conditions.some((one) => conditionHolds(params, one));
      if (!holds(node.params) || (holds(before) && !touches(changes, automation.conditions))) continue;
      const actions = automation.actions.map((action) => ({ ...action }));
      const status = actions.map(({ node_id = nodeId }) => ({ node_id, status: "success" }));
      const events = automation.conditions.map(({ params, check }) => ({ params, check }));
      await this.emitOfNode("rmaker.event.node_automation_trigger", nodeId, {
        automation_name: automation.name,
        events,
        actions,
        status,
      });
    }
    await this.save();
  }

  #isWanted(subject: FilterSubject): boolean {
    const { filters, integrations } = this.state;
    const lookup = ruleLookup(filters);
    const decisionFor = (integration: string) => evaluate(subject, lookup, integration, PUBLISHER_DEFAULTS);
    if (decisionFor("").reason === "not-filterable") return true;
    return integrations.some(({ enabled, serviceName }) => enabled && decisionFor(serviceName).pass);
  }
}

function mergeParams(before: JsonObject, changes: JsonObject): JsonObject {
  const merged = new Map(Object.entries(before));
  for (const [device, params] of Object.entries(changes)) {
    const old = merged.get(device);
    merged.set(device, isJsonObject(old) && isJsonObject(params) ? { ...old, ...params } : params);
  }
  return Object.fromEntries(merged);
}

function ownValue(holder: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(holder, name) ? holder[name] : undefined;
}

type Condition = { readonly params: JsonObject; readonly check: string };

function* paramsOf(params: JsonObject): Generator<[device: string, param: string, value: JsonValue]> {
  for (const [device, values] of Object.entries(params)) {
    if (isJsonObject(values))
      for (const [param, value] of Object.entries(values)) yield [device, param, value];
  }
}

const CHECKS: ReadonlyMap<string, (is: JsonValue, than: JsonValue) => boolean> = new Map([
  ["==", (is, than) => JSON.stringify(is) === JSON.stringify(than)],
  ["!=", (is, than) => JSON.stringify(is) !== JSON.stringify(than)],
  ["<", (is, than) => Number(is) < Number(than)],
  ["<=", (is, than) => Number(is) <= Number(than)],
  [">", (is, than) => Number(is) > Number(than)],
  [">=", (is, than) => Number(is) >= Number(than)],
]);

function conditionHolds(params: JsonObject, { params: wanted, check }: Condition): boolean {
  const wants = [...paramsOf(wanted)];
  const holds = CHECKS.get(check);
  if (holds === undefined || wants.length === 0) return false;
  return wants.every(([device, param, than]) => {
    const values = ownValue(params, device);
    const is = isJsonObject(values) ? ownValue(values, param) : undefined;
    return is !== undefined && holds(is, than);
  });
}

/**
 * True when a change sets one of the parameters of the conditions: setting the same value again triggers
 * again.
 */
function touches(changes: JsonObject, conditions: readonly Condition[]): boolean {
  return conditions.some(({ params }) =>
    [...paramsOf(params)].some(([device, param]) => {
      const changed = ownValue(changes, device);
      return isJsonObject(changed) && Object.hasOwn(changed, param);
    }),
  );
}

/** The data of a body, with snake_case names. */
interface EventFrame {
  readonly type: EventType;
  readonly atMs: number;
  readonly userId: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Returns the body of an event in the format of push notifications: snake_case, epoch milliseconds. */
function snakeCaseBody({ type, atMs, data }: EventFrame): object {
  return {
    event_version: "v1",
    id: "1",
    event_type: type,
    timestamp: atMs,
    description: "",
    event_data: data,
  };
}

/**
 * Returns the body of an event in the format of the SNS samples: PascalCase, `MM-DD-YYYY HH:MM:SS` in UTC.
 */
function pascalCaseBody({ type, atMs, userId, data }: EventFrame): object {
  return {
    EventVersion: "v1",
    Id: "RainMakerEventId",
    EventType: type,
    Timestamp: usDateTime(atMs),
    Description: userId === undefined ? type : `${type} of ${userId}(User)`,
    EventData: {
      ...(userId === undefined ? {} : { UserId: userId }),
      ...Object.fromEntries(Object.entries(data).map(toPascalCase)),
    },
  };
}

/** Renames only the event's own fields; nested names are the node's. A connectivity object becomes a flag. */
function toPascalCase([name, value]: [string, unknown]): [string, unknown] {
  if (name === "connectivity") return ["Connected", (value as { connected: boolean }).connected];
  return [name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase()), value];
}

function usDateTime(atMs: number): string {
  const [date = "", time = ""] = new Date(atMs).toISOString().split("T");
  const [year, month, day] = date.split("-");
  return `${month}-${day}-${year} ${time.slice(0, 8)}`;
}
