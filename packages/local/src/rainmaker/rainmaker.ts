import { isDeepStrictEqual } from "node:util";
import type { EventType } from "@rainhooks/core/catalog";
import { isJsonObject, type JsonObject } from "@rainhooks/core/json";
import { usDateTime } from "@rainhooks/core/present-event";
import { evaluate, type FilterSubject, PUBLISHER_DEFAULTS } from "@rainhooks/filter/evaluate";
import { ruleLookup } from "@rainhooks/filter/rule-lookup";
import { newNode, type RainmakerNode, type RainmakerState } from "./state.ts";

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
  readonly save: () => Promise<void>;
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

/**
 * Simulates the part of RainMaker's cloud that publishes events for the actions of nodes and users.
 */
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
    return this.#dependencies.save();
  }

  /** Returns a node's state; it is created on first use. */
  node(nodeId: string): RainmakerNode {
    const node = this.state.nodes.get(nodeId) ?? newNode();
    this.state.nodes.set(nodeId, node);
    return node;
  }

  /**
   * Publishes an event: one message for each of its users, if at least one integration wants it.
   * Filters are evaluated with RainMaker's own defaults: without a System filter nothing is
   * published.
   */
  async emit(type: EventType, data: JsonObject, { users = [], nodeId }: EventAbout): Promise<void> {
    const atMs = this.nowMs();
    const copies = users.length === 0 ? [undefined] : users;
    for (const userId of copies) {
      const subject = { type, userId, nodeIds: nodeId === undefined ? [] : [nodeId] };
      if (!this.#isWanted(subject)) continue;
      const frame: EventFrame = { type, atMs, userId, data };
      const body =
        this.#dependencies.casing === "pascal" ? pascalCaseBody(frame) : snakeCaseBody(frame);
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
    return this.emit(
      type,
      { node_id: nodeId, ...data },
      { nodeId, users: this.node(nodeId).users },
    );
  }

  /**
   * Changes a node's parameters, and runs its automation when they are set to what it waits for.
   */
  async changeParams(nodeId: string, changes: JsonObject): Promise<void> {
    const node = this.node(nodeId);
    node.params = mergeParams(node.params, changes);
    await this.emitOfNode("rmaker.event.node_params_changed", nodeId, {
      payload: JSON.stringify(changes),
    });
    const { automation } = node;
    if (
      automation !== undefined &&
      isDeepStrictEqual(mergeParams(changes, automation.params), changes)
    )
      await this.emitOfNode("rmaker.event.node_automation_trigger", nodeId, {
        automation_name: automation.name,
        events: [{ params: automation.params, check: "==" }],
        actions: automation.actions,
        status: [{ node_id: nodeId, status: "success" }],
      });
    await this.save();
  }

  #isWanted(subject: FilterSubject): boolean {
    const { filters, integrations } = this.state;
    const lookup = ruleLookup(filters);
    const decisionFor = (integration: string) =>
      evaluate(subject, lookup, integration, PUBLISHER_DEFAULTS);
    if (decisionFor("").reason === "not-filterable") return true;
    return integrations.some(
      ({ enabled, serviceName }) => enabled && decisionFor(serviceName).pass,
    );
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

/** The data of a body, with snake_case names. */
interface EventFrame {
  readonly type: EventType;
  readonly atMs: number;
  readonly userId: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * Returns the body of an event in the format of push notifications: snake_case, epoch milliseconds.
 */
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
 * Returns the body of an event in the format of the SNS samples: PascalCase, `MM-DD-YYYY HH:MM:SS`
 * in UTC.
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

/**
 * Renames only the event's own fields; nested names are the node's. A connectivity object becomes a
 * flag.
 */
function toPascalCase([name, value]: [string, unknown]): [string, unknown] {
  if (name === "connectivity") return ["Connected", (value as { connected: boolean }).connected];
  return [name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase()), value];
}
