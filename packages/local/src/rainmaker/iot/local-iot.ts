import { randomUUID } from "node:crypto";
import type { JsonValue } from "@rainhooks/core/json";
import type { IotRule } from "@rainhooks/rainmaker/iot-rules";
import { type CompiledRule, compileRule } from "./sql.ts";

/** Sends the selected fields of a message to the target of the rule. */
export type RuleAction = (to: IotRule["to"], selected: JsonValue) => Promise<void>;

/** The session of a client. */
interface Session {
  readonly id: string;
  readonly version: number;
}

/**
 * The part of AWS IoT that rules see: presence events, and messages of nodes and of shadows. Rules
 * run on this machine as AWS IoT runs them, once for each message. Source of presence events: AWS
 * IoT Core developer guide, "Lifecycle events".
 */
export class LocalIot {
  readonly #rules: readonly { readonly to: IotRule["to"]; readonly select: CompiledRule }[];
  readonly #act: RuleAction;
  readonly #nowMs: () => number;
  readonly #sessions = new Map<string, Session>();

  constructor(rules: readonly IotRule[], act: RuleAction, nowMs: () => number) {
    this.#rules = rules.map(({ to, sql }) => ({ to, select: compileRule(sql) }));
    this.#act = act;
    this.#nowMs = nowMs;
  }

  /** Epoch milliseconds. */
  nowMs(): number {
    return this.#nowMs();
  }

  /** Runs the rules for a message. */
  async run(topic: string, payload: JsonValue): Promise<void> {
    for (const { to, select } of this.#rules) {
      const selected = select({ topic, payload });
      if (selected !== undefined) await this.#act(to, selected);
    }
  }

  connected(clientId: string): Promise<void> {
    const session = {
      id: randomUUID(),
      version: (this.#sessions.get(clientId)?.version ?? -1) + 1,
    };
    this.#sessions.set(clientId, session);
    return this.#presence(clientId, "connected", session);
  }

  disconnected(clientId: string, disconnectReason: string): Promise<void> {
    const session = this.#sessions.get(clientId) ?? { id: randomUUID(), version: 0 };
    return this.#presence(clientId, "disconnected", session, { disconnectReason });
  }

  #presence(
    clientId: string,
    eventType: "connected" | "disconnected",
    { id, version }: Session,
    more: { readonly disconnectReason?: string } = {},
  ): Promise<void> {
    return this.run(`$aws/events/presence/${eventType}/${clientId}`, {
      clientId,
      timestamp: this.#nowMs(),
      eventType,
      sessionIdentifier: id,
      principalIdentifier: "local",
      versionNumber: version,
      ...more,
    });
  }
}
