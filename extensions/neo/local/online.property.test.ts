import { describe, expect, it, test } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { readDelivery } from "@rainhooks/core/deliveries/read";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { compileRule } from "@rainhooks/local/rainmaker/iot/sql";
import { stateOf } from "@rainhooks/node-status/connection";
import { project } from "@rainhooks/node-status/project";
import { SESSION_ENDED_RULE } from "@rainhooks/rainmaker/iot-rules";
import * as fc from "fast-check";
import { NEO_RULES } from "../iot-rules.ts";

/** A presence event of AWS IoT: a session begins, or ends. */
interface Presence {
  readonly kind: "connected" | "disconnected";
  readonly session: string;
  readonly atMs: number;
  readonly reason?: string | undefined;
}

const SECOND_MS = 1000;
const START_MS = Date.UTC(2026, 0, 5);
const rules = [...NEO_RULES, SESSION_ENDED_RULE].map(({ sql }) => compileRule(sql));

/**
 * The events that the rules of a stage make of presence events, as SNS takes them: in the order in
 * which these came.
 */
function eventsOf(arrived: readonly Presence[], sentAtMs: number): RainmakerEvent[] {
  const bodies = arrived.flatMap(({ kind, session, atMs, reason }) => {
    const payload = {
      clientId: "n1",
      eventType: kind,
      sessionIdentifier: session,
      timestamp: atMs,
      versionNumber: 0,
      ...(reason === undefined ? {} : { disconnectReason: reason }),
    };
    return rules.flatMap(
      (select) => select({ topic: `$aws/events/presence/${kind}/n1`, payload }) ?? [],
    );
  });
  return bodies.map((body, index) => {
    const delivery = {
      ...readDelivery({ messageId: `${index}`, body: JSON.stringify(body) }),
      sentAtMs: sentAtMs + index,
    };
    const decoded = decode(delivery);
    if (decoded.kind !== "event") throw new Error(JSON.stringify(decoded));
    return decoded.event;
  });
}

function ourState(arrived: readonly Presence[]): string {
  const sentAtMs = Math.max(...arrived.map(({ atMs }) => atMs)) + 60 * SECOND_MS;
  return stateOf(project(eventsOf(arrived, sentAtMs), 0)).state;
}

/**
 * Neo's own status after presence events in the order in which they came: a row has the session of
 * the last connect, and a disconnect that finds its own session there is the end. Source:
 * espressif/esp-rainmaker-neo, docs/en/specs/node_connection.md.
 */
function stateOfNeo(arrived: readonly Presence[]): string {
  let state = "unknown";
  let row: string | undefined;
  for (const { kind, session } of arrived) {
    if (kind === "connected") [row, state] = [session, "online"];
    else if (row === session) state = "offline";
  }
  return state;
}

describe("where Neo's own status is wrong, node status is right", () => {
  const S1: Presence = { kind: "connected", session: "s1", atMs: START_MS };
  const S2: Presence = { kind: "connected", session: "s2", atMs: START_MS + 15 * SECOND_MS };
  const replaced: Presence = {
    kind: "disconnected",
    session: "s1",
    atMs: S2.atMs,
    reason: "DUPLICATE_CLIENTID",
  };

  it("case 1: the new session comes too late, after the end of the old one", () => {
    // Neo looks before the row has the new session, and nothing looks again when it has.
    const seenByNeo = [S1, replaced];
    expect(stateOfNeo(seenByNeo)).toBe("offline");
    expect(ourState([S1, replaced, S2])).toBe("online");
    // Also if AWS IoT notes the end of the old session after the begin of the new one.
    expect(ourState([S1, S2, { ...replaced, atMs: S2.atMs + 300 }])).toBe("online");
  });

  it("case 2: the end of a session comes once more, after the node has come back to its session", () => {
    const ended: Presence = {
      kind: "disconnected",
      session: "s1",
      atMs: START_MS + 5 * SECOND_MS,
      reason: "CONNECTION_LOST",
    };
    const again: Presence = { ...S1, atMs: START_MS + 9 * SECOND_MS };
    expect(stateOfNeo([S1, ended, again, ended])).toBe("offline");
    expect(ourState([S1, ended, again, ended])).toBe("online");
  });
});

/**
 * One session of a life: it ends, or the next one replaces it, and AWS IoT notes its end up to half
 * a second later.
 */
const SESSION = fc.record({
  lengthMs: fc.integer({ min: 1001, max: 3_600_000 }),
  gapMs: fc.integer({ min: 1001, max: 600_000 }),
  isReplaced: fc.boolean(),
  lateMs: fc.integer({ min: 0, max: 500 }),
  reason: fc.constantFrom(
    "CLIENT_INITIATED_DISCONNECT",
    "CONNECTION_LOST",
    "MQTT_KEEP_ALIVE_TIMEOUT",
    undefined,
  ),
});
const LIFE = fc.array(SESSION, { minLength: 1, maxLength: 12 });

/**
 * Returns the presence events of sessions, one after the other; the last one is still open, or has
 * ended by itself.
 */
function presenceOf(
  sessions: readonly (typeof SESSION extends fc.Arbitrary<infer T> ? T : never)[],
  isOpen: boolean,
) {
  let atMs = START_MS + 1;
  return sessions.flatMap(({ lengthMs, gapMs, isReplaced, lateMs, reason }, index): Presence[] => {
    const session = `s${index}`;
    const isLast = index === sessions.length - 1;
    const begin = { kind: "connected", session, atMs } as const;
    if (isLast && isOpen) return [begin];
    atMs += lengthMs;
    if (isReplaced && !isLast)
      return [
        begin,
        { kind: "disconnected", session, atMs: atMs + lateMs, reason: "DUPLICATE_CLIENTID" },
      ];
    const end = { kind: "disconnected", session, atMs, reason } as const;
    atMs += gapMs;
    return [begin, end];
  });
}

test("the state is that of the last session, whatever is repeated, late or in another order", () => {
  const property = fc.property(
    LIFE,
    fc.boolean(),
    fc.infiniteStream(fc.nat()),
    (sessions, isOpen, numbers) => {
      const all = presenceOf(sessions, isOpen);
      const next = () => numbers.next().value ?? 0;
      const twice = all.filter(() => next() % 3 === 0);
      const places = new Map(
        [...all, ...twice.map((one) => ({ ...one }))].map((one) => [one, next()]),
      );
      const arrived = [...places.keys()].sort(
        (a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0),
      );
      expect(ourState(arrived)).toBe(isOpen ? "online" : "offline");
    },
  );
  fc.assert(property, { numRuns: 300 });
});
