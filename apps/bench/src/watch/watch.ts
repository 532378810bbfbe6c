import { assumptions as a, PRICE } from "@rainhooks/capacity";
import { formatTable } from "@rainhooks/terminal";
import { gate } from "../gate.ts";
import { type Drop, play } from "./play.ts";

const NODES = 600;
const DAY_MIN = 1440;
/** After the last drop, until its alarm is sent and cleared. */
const REST_MIN = 20;
const PLAYED_MIN = DAY_MIN + REST_MIN;
/** Drops that become alarms last longer than the rule's ten minutes. */
const ALARM_MIN = 25;
const SHORT_MIN = 3;
/** Nodes that drop in the same minute, so that their alarms are sent together. */
const TOGETHER = 200;
const FLEETS = [1000, 1_000_000] as const;
/** The assumptions of `npm run cost` may differ from what is counted by this much. */
const TOLERANCE = 0.15;

/** Read and write units of alarms, as they were counted. */
interface Units {
  readonly readsPerSweep: number;
  readonly writesPerSweep: number;
  readonly scanReadsPerNode: number;
  /** Reads for evaluations, for each alarm. */
  readonly readsPerAlarm: number;
  readonly marksPerAlarm: number;
  readonly writesAlone: number;
  readonly writesTogether: number;
}

/**
 * Counts the units of alarms in played days, and says what they cost in a month with three drops of each node a day, of which a tenth becomes an alarm; beside EventBridge
 * Scheduler and the limits of others.
 */
export async function benchWatch(): Promise<string> {
  const units = await countUnits();
  const wrong: string[] = [];
  const counted = (what: string, found: number, assumed: number) => {
    if (Math.abs(found - assumed) > TOLERANCE * assumed)
      wrong.push(`${what}: ${found.toFixed(2)} were counted, and npm run cost has ${assumed}`);
    return [what, found.toFixed(2), assumed.toFixed(1)];
  };
  const rows = [
    counted("read units of a sweep", units.readsPerSweep, a.SWEEP_READS),
    counted("write units of a sweep", units.writesPerSweep, a.SWEEP_WRITES),
    counted("write units of an alarm until its end, sent together", units.writesTogether, a.ALARM_WRITES),
    counted("write units of its marks", units.marksPerAlarm, a.MARK_WRITES),
    counted("read units of its evaluations", units.readsPerAlarm, READS_PER_ALARM),
  ];
  gate(wrong.length === 0, `the units of npm run cost are those that are counted (${wrong.join("; ")})`);
  const price = (nodes: number) => dollars(priceOf(units, nodes));
  return [
    `Alarms: units counted in a played day of ${NODES} nodes, ${a.DROPS_PER_DAY} drops of each, and of ${TOGETHER} nodes that drop together`,
    formatTable(["what", "counted", "npm run cost"], rows),
    `An alarm that is sent alone takes ${units.writesAlone.toFixed(1)} write units.`,
    "",
    `Dollars a month, with ${a.DROPS_PER_DAY} drops of each node a day, of which ${100 * a.ALARM_SHARE} % become alarms`,
    formatTable(
      ["", ...FLEETS.map((nodes) => `${nodes.toLocaleString("en")} nodes`), "limits"],
      [
        ["alarms of Rainhooks", ...FLEETS.map(price), "found by a sweep each minute"],
        [
          "EventBridge Scheduler, the timers alone",
          ...FLEETS.map((nodes) => dollars(schedulerPrice(nodes))),
          "5,000 new timers a second: a million nodes that drop within a minute are 16,700",
        ],
      ],
    ),
    "",
    ...RIVALS.map(([name, limit]) => `${name}: ${limit}`),
  ].join("\n");
}

/** The reads of six evaluations. */
const READS_PER_ALARM = (a.EVALUATED_SHARE / a.ALARM_SHARE) * a.EVALUATION_READS;

async function countUnits(): Promise<Units> {
  const idle = await play({ nodes: 0, minutes: 60, drops: [], watched: true });
  const calm = await play({ nodes: NODES, minutes: 60, drops: [], watched: true });
  const drops = spreadDrops();
  const [day, unwatched] = [
    await play({ nodes: NODES, minutes: PLAYED_MIN, drops, watched: true }),
    await play({ nodes: NODES, minutes: PLAYED_MIN, drops, watched: false }),
  ];
  const storm = Array.from({ length: TOGETHER }, (_, node) => ({
    node,
    fromMin: 5,
    toMin: 5 + ALARM_MIN,
  }));
  const together = await play({ nodes: TOGETHER, minutes: 60, drops: storm, watched: true });
  const alarms = drops.filter(({ fromMin, toMin }) => toMin - fromMin === ALARM_MIN).length;
  gate(day.alarms === alarms, `${alarms} alarms are raised, not ${day.alarms}`);
  gate(together.alarms === TOGETHER, `${TOGETHER} alarms are raised together`);
  gate(together.events < 10, "they are sent in few events");
  const [readsPerSweep, writesPerSweep] = [idle.sweepReads / 60, idle.sweepWrites / 60];
  const scanReads = (calm.sweepReads - idle.sweepReads) / NODES;
  return {
    readsPerSweep,
    writesPerSweep,
    scanReadsPerNode: scanReads,
    readsPerAlarm: (day.sweepReads - (calm.sweepReads * PLAYED_MIN) / 60) / alarms,
    marksPerAlarm: (day.statusWrites - unwatched.statusWrites) / alarms,
    writesAlone: (day.sweepWrites - writesPerSweep * PLAYED_MIN) / alarms,
    writesTogether: (together.sweepWrites - writesPerSweep * 60) / TOGETHER,
  };
}

/** Three drops of each node in the day, at times of their own; a tenth of them is long. */
function spreadDrops(): Drop[] {
  const third = DAY_MIN / 3;
  return Array.from({ length: NODES * 3 }, (_, index) => {
    const node = index % NODES;
    const fromMin = Math.floor(index / NODES) * third + 2 + ((node * 149) % (third - ALARM_MIN - 3));
    return { node, fromMin, toMin: fromMin + (index % 10 === 0 ? ALARM_MIN : SHORT_MIN) };
  });
}

function priceOf(units: Units, nodes: number): number {
  const drops = nodes * a.DROPS_PER_DAY * a.DAYS;
  const alarms = drops * a.ALARM_SHARE;
  // A large fleet has so many alarms that they are sent together.
  const writesPerAlarm = nodes < 100_000 ? units.writesAlone : units.writesTogether;
  const scans = nodes * 24 * a.DAYS;
  const reads =
    a.SWEEPS * units.readsPerSweep + scans * units.scanReadsPerNode + alarms * units.readsPerAlarm;
  const writes = a.SWEEPS * units.writesPerSweep + alarms * (writesPerAlarm + units.marksPerAlarm);
  const cpuMs =
    a.SWEEPS * a.SWEEP_MS + scans * a.SCAN_MS_PER_NODE + drops * a.EVALUATED_SHARE * a.EVALUATION_MS;
  return (
    reads * PRICE.dynamoRead +
    writes * PRICE.dynamoWrite +
    a.SWEEPS * PRICE.lambdaRequest +
    (cpuMs / 1000) * PRICE.lambdaGbS
  );
}

/** Source: Amazon EventBridge pricing, "Scheduler". A timer for each drop; without the calls that make and delete them. */
const SCHEDULER = { free: 14e6, dollars: 1e-6 } as const;

function schedulerPrice(nodes: number): number {
  const timers = nodes * a.DROPS_PER_DAY * a.DAYS;
  return Math.max(0, timers - SCHEDULER.free) * SCHEDULER.dollars;
}

function dollars(value: number): string {
  return value < 10 ? value.toFixed(2) : String(Math.round(value));
}

/** Limits that their documentation says, November 2026. */
const RIVALS = [
  ["ThingsBoard", "looks for inactive devices every 60 s; one open alarm of a type and device"],
  ["Datacake", "up to 1,000 devices in a rule"],
  ["Memfault", "evaluates device alerts every 5 minutes"],
  ["Grafana alerting (managed, 13)", "500 results of a rule"],
  ["AWS IoT Events", "ended on 2026-05-20"],
  ["AWS IoT Device Defender detect", "5 to 60 minutes; no new customers since 2026-08-31"],
  ["SQS with a delay", "up to 15 minutes, and a timer cannot be cancelled"],
] as const;
