import { HOUR_MS, SECOND_MS } from "@rainhooks/core/durations";
import type { Chance } from "../aws/chance.ts";
import type { FleetNode } from "./fleet.ts";
import type { Fleet, NodeStep } from "./play.ts";

/** How often something happens. */
const EVERY_MS = 3 * SECOND_MS;
/** How long a node that drops is offline. */
const MIN_OUTAGE_MS = 5 * SECOND_MS;
const MAX_OUTAGE_MS = 90 * SECOND_MS;
const SHARES = [
  ["say", 90],
  ["drop", 8],
  ["alert", 2],
] as const;

/** Lets connected nodes do something every few seconds, in real time, until it is ended. */
export function startRealTime(
  fleet: Fleet,
  nodes: readonly FleetNode[],
  chance: Chance,
): () => void {
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let isEnded = false;
  let isFirst = true;
  const later = (ms: number, run: () => Promise<unknown>) => {
    if (isEnded) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      // What fails here is the stage's to say; the next one is tried all the same.
      void run().catch(() => undefined);
    }, ms);
    timers.add(timer);
  };
  const next = async () => {
    later(EVERY_MS, next);
    const connected = nodes.filter(({ id }) => fleet.isConnected(id));
    if (connected.length === 0) return;
    const node = chance.pick(connected);
    // In two days, there is not always an alert: who looks has seen one soon.
    const kind = isFirst ? "alert" : chance.weighted(SHARES);
    isFirst = false;
    if (kind === "drop") {
      await fleet.take({ kind: "disconnect", nodeId: node.id, atMs: Date.now(), clean: false });
      later(chance.int(MIN_OUTAGE_MS, MAX_OUTAGE_MS), () =>
        fleet.take({ kind: "connect", nodeId: node.id, atMs: Date.now() }),
      );
    } else await fleet.take(kind === "alert" ? alertOf(node) : readingOf(node, chance));
  };
  later(EVERY_MS, next);
  return () => {
    isEnded = true;
    for (const timer of timers) clearTimeout(timer);
  };
}

function alertOf({ id }: FleetNode): NodeStep {
  const payload = { "esp.alert.str": "Battery is low" };
  return { kind: "say", nodeId: id, atMs: Date.now(), topic: "alert", payload };
}

/** A reading of a parameter, as the node takes it now. */
function readingOf({ id, device, character }: FleetNode, chance: Chance): NodeStep {
  const atMs = Date.now();
  const param = chance.pick(device.params);
  const v = param.value({ atMs, bootedAtMs: atMs - 8 * HOUR_MS, character, chance });
  const payload = {
    name: `${device.name}.${param.name}`,
    type: param.type,
    dt: param.dataType,
    t: Math.floor(atMs / SECOND_MS),
    v,
    d: 730,
  };
  return { kind: "say", nodeId: id, atMs, topic: "simple_tsdata", payload };
}
