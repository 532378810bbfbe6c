import { startTestStage } from "@rainhooks/app-local/testing";
import { SHIPPED } from "@rainhooks/app-webhook-list";
import { type Reconciliation, readBaseline, reconcile, settle } from "@rainhooks/fleet";
import { chanceOf, type Stage, withShortWaits } from "@rainhooks/local-aws";
import { formatTable } from "@rainhooks/terminal";
import { gate } from "../gate.ts";
import { type ServiceProxy, startProxy } from "../processes/proxy.ts";
import { Limits } from "./limits.ts";
import { Load, waitingRecords } from "./load.ts";
import { Traffic } from "./traffic.ts";

const NODES = 500;
const WARM_UP_S = 10;
const COUNTING_S = 20;
/** Under limits, a third of what was used before passes. */
const SHARE = 1 / 3;
const STALL_MS = 180_000;

/** What happened while the services throttled, and after. */
interface Throttled {
  readonly messagesPerS: number;
  readonly limits: ReadonlyMap<string, number>;
  readonly backlog: number;
  readonly drainS: number;
}

/**
 * The whole pipeline at the rate that it can handle, while tables, an index and the stream let through a third of what they did
 * before. Then the limits end. Nothing may be in a dead-letter queue, and everything must be in the stores.
 */
export async function benchThrottles({ minutes }: { readonly minutes: number }): Promise<string> {
  const limits = new Limits(Date.now);
  let proxy: Promise<ServiceProxy> | undefined;
  const running = await startTestStage({
    webhooks: SHIPPED.filter(({ name }) => name !== "hello").map(withShortWaits),
    functionEndpoint: async (_, endpoint) => {
      // One proxy for all functions: they share the limits.
      proxy ??= startProxy(endpoint, (call) => limits.handle(call));
      return (await proxy).endpoint;
    },
  });
  const { stage } = running;
  const before = await readBaseline(stage);
  const load = new Load(stage, new Traffic(NODES, chanceOf(1), Date.now));
  const throttled = await throttle(stage, load, limits, minutes);
  const result = await reconcile(stage, load.published, [], before);
  const retried = stage.webhooks
    .map(({ name }) => stage.totals(name))
    .reduce((sum, { Failed, Throttled }) => sum + Failed + Throttled, 0);
  await running.stop();
  await (await proxy)?.stop();
  const problems = result.lines.flatMap(({ problems: some }) => some);
  gate(limits.totals.refused > 0, "services throttled");
  gate(
    result.complete,
    `everything is in the stores (${problems.length} problems: ${problems.slice(0, 5).join("; ")})`,
  );
  return [
    `Throttled for ${minutes} min to a third: ${[...throttled.limits.keys()].join(", ")}`,
    formatTable(["measure", "value"], rowsOf(load.published.length, throttled, limits, retried, result)),
  ].join("\n");
}

async function throttle(stage: Stage, load: Load, limits: Limits, minutes: number): Promise<Throttled> {
  await load.asMuchAsHandled(WARM_UP_S);
  limits.startCounting();
  const messagesPerS = await load.asMuchAsHandled(COUNTING_S);
  const closed = limits.close(SHARE);
  await load.atRate(messagesPerS, minutes * 60);
  limits.open();
  const startedMs = performance.now();
  const backlog = await waitingRecords(stage);
  await settle(stage, { stallMs: STALL_MS, onWaiting: () => undefined });
  return { messagesPerS, limits: closed, backlog, drainS: (performance.now() - startedMs) / 1000 };
}

type Line = Reconciliation["lines"][number];

function rowsOf(
  messages: number,
  { messagesPerS, backlog, drainS }: Throttled,
  { totals }: Limits,
  retried: number,
  { lines }: Reconciliation,
): (string | number)[][] {
  const wrong = lines.reduce((sum, { problems }) => sum + problems.length, 0);
  const sumOf = (what: string, of: (line: Line) => number) =>
    lines.filter((line) => line.what.startsWith(what)).reduce((sum, line) => sum + of(line), 0);
  const found = (what: string) => sumOf(what, (line) => line.found);
  // All messages are good, so each dead letter is one too many.
  const deadLetters = sumOf("in the dead-letter queue", ({ problems }) => problems.length);
  return [
    ["messages published", messages],
    ["messages/s", Math.round(messagesPerS)],
    ["entries of calls throttled", totals.refused],
    ["entries of calls let through meanwhile", totals.passed],
    ["records returned to their queues", retried],
    ["records waiting when it ended", backlog],
    ["seconds until they were handled", Math.round(drainS)],
    ["deliveries in the archive", found("archived")],
    ["node rows compared", found("node rows")],
    ["points compared", found("points")],
    ["in dead-letter queues", deadLetters],
    ["missing, wrong or unexpected", wrong],
  ];
}
