import { DAY_MS, type Delivery, decode, HOUR_MS, SECOND_MS } from "@rainhooks/core";
import { formatTable } from "@rainhooks/terminal";
import { BackTest, type Rule, readRule } from "@rainhooks/watch";
import { gate } from "../gate.ts";

const START_MS = Date.UTC(2026, 10, 1);
/** A day before the range is read, too. */
const [DAYS, DROPS_A_DAY, SITES, FIRMWARES] = [8, 3, 100, 5];
const EVENTS_PER_NODE = 2 * DAYS * DROPS_A_DAY + 3;
/** So many of a hundred events come up to two hours late. */
const [LATE_PERCENT, LATE_MS] = [1, 2 * HOUR_MS];

const RULES = [
  { name: "outage-of-fleet", kind: "outage", by: "fleet", share: 0.08, count: 20 },
  { name: "outage-of-site", kind: "outage", by: "tag", share: 0.5, count: 5 },
  { name: "bad-firmware", kind: "regression", window: "1d", ratio: 1.5 },
];

/** Time of finding out what sweeps would have found when, of a week of a fleet whose deliveries come late. */
export async function benchAsSeen({ deliveries }: { readonly deliveries: number }): Promise<string> {
  const nodes = Math.ceil(deliveries / EVENTS_PER_NODE);
  return [
    `What sweeps would have found when, in a week of ${nodes} nodes with ${DROPS_A_DAY} drops a day (watch test --as-seen)`,
    formatTable(
      ["rule", "deliveries", "raised", "taken back", "seconds of a processor"],
      RULES.map((rule) => rowOf(readRule(JSON.stringify(rule)), nodes)),
    ),
  ].join("\n");
}

function rowOf(rule: Rule, nodes: number): string[] {
  const versions = [{ rule, version: 1, fromMs: 0, untilMs: undefined }];
  const test = new BackTest({ versions, fromMs: START_MS + DAY_MS, toMs: START_MS + DAYS * DAY_MS });
  let count = 0;
  for (const delivery of fleetDeliveries(nodes)) {
    const decoded = decode(delivery);
    gate(decoded.kind === "event", "each delivery is an event");
    if (decoded.kind === "event") test.add(decoded.event);
    count += 1;
  }
  const before = process.cpuUsage();
  const seen = test.asSeen();
  const { user, system } = process.cpuUsage(before);
  const raised = seen.filter(({ change }) => change.kind === "raised").length;
  const takenBack = seen.filter(({ change }) => change.kind === "retracted" || change.kind === "revised");
  gate(raised > 0, `the rule ${rule.name} finds alarms`);
  return [rule.name, ...[count, raised, takenBack.length].map(String), ((user + system) / 1e6).toFixed(1)];
}

/** Something that happens to a node. */
interface Happening {
  readonly type: string;
  readonly atMs: number;
  readonly data?: object;
}

/** Deliveries of a fleet, of one node after the other. */
function* fleetDeliveries(nodes: number): Generator<Delivery> {
  const random = randomFrom(1);
  let number = 0;
  for (let node = 0; node < nodes; node += 1)
    for (const { type, atMs, data } of lifeOf(node, random)) {
      number += 1;
      const lateMs = random() * 100 < LATE_PERCENT ? random() * LATE_MS : random() * 500;
      const event_data = { node_id: `node${node}`, ...data };
      yield {
        ...{ id: `d${number}`, sentAtMs: Math.floor(atMs + lateMs), topic: undefined, attributes: {} },
        body: JSON.stringify({ event_type: `rmaker.event.${type}`, timestamp: atMs, event_data }),
      };
    }
}

/** Each noon, a tenth of the sites is offline for twenty minutes. From the fourth day on, nodes with one of the firmwares drop three times as often. */
function* lifeOf(node: number, random: () => number): Generator<Happening> {
  const [site, firmware] = [node % SITES, node % FIRMWARES];
  const config = { info: { fw_version: `1.${firmware}.0` } };
  yield { type: "node_connected", atMs: START_MS };
  yield { type: "node_config_changed", atMs: START_MS + 1, data: { config } };
  const tagged = { nodes: [`node${node}`], tags: [`site:${site}`] };
  yield { type: "existing_tags_attached", atMs: START_MS + 2, data: tagged };
  for (let day = 0; day < DAYS && site < SITES / 10; day += 1) {
    const noonMs = START_MS + day * DAY_MS + DAY_MS / 2 + (node % 60) * SECOND_MS;
    yield { type: "node_disconnected", atMs: noonMs };
    yield { type: "node_connected", atMs: noonMs + HOUR_MS / 3 };
  }
  for (let atMs = START_MS; ; ) {
    const isBad = firmware === 0 && atMs >= START_MS + 3 * DAY_MS;
    atMs = Math.floor(atMs - (Math.log(1 - random()) * DAY_MS) / (DROPS_A_DAY * (isBad ? 3 : 1)));
    if (atMs >= START_MS + DAYS * DAY_MS) return;
    yield { type: "node_disconnected", atMs };
    atMs = Math.floor(atMs + HOUR_MS / 120 + random() * random() * HOUR_MS);
    yield { type: "node_connected", atMs };
  }
}

/** Returns numbers from 0 to 1 that follow from a seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
