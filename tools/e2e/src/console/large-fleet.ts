/*
 * `npm run large-fleet -- --nodes 100000 --minutes 10`: opens the fleet's page of a local stage with many
 * nodes in Chromium, lets nodes change meanwhile, and says whether figures that stand together ever
 * contradicted each other. It ends with exit code 1 if they did.
 */
import { setTimeout as pause } from "node:timers/promises";
import { startConsole } from "@rainhooks/app-console/serve/console";
import { startBrowser } from "@rainhooks/app-console/testing/browser";
import { ALL_FUNCTIONS, startTestStage } from "@rainhooks/app-local/testing/test-stage";
import { chunk, mapLimited } from "@rainhooks/core/collections";
import { decode } from "@rainhooks/core/decode/decode";
import { MINUTE_MS } from "@rainhooks/core/durations";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { nodeStatusSink } from "@rainhooks/node-status/node-status-sink";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import { readFlags } from "@rainhooks/stage/commands/read-flags";
import { wholeNumber } from "@rainhooks/stage/query/params/kinds";
import { reachRunningStage } from "@rainhooks/stage/stage-access";
import { withLiveTables } from "@rainhooks/stage/tables/live-tables";
import { deliveryOf } from "@rainhooks/testing/samples";
import { deployedName } from "@rainhooks/webhook/names";

const count = (description: string, max: number, fallback: number) =>
  wholeNumber({ description, placeholder: "count" }, { min: 1, max, fallback });
const { nodes, minutes } = readFlags(
  { nodes: count("nodes of the fleet", 10_000_000, 100_000), minutes: count("how long", 10_000, 2) },
  process.argv.slice(2),
).values;

/** Figures that stand together on the page. */
interface Figures {
  readonly cards: readonly string[];
  readonly line: string;
  readonly list: string;
}

const FIGURES = `({
  cards: [...document.querySelectorAll(".count strong")].map((one) => one.textContent),
  line: document.querySelector(".chart figcaption")?.textContent ?? "",
  list: document.querySelector(".table-status")?.textContent ?? "",
})`;

const running = await startTestStage({ functions: ALL_FUNCTIONS });
const { clients, name } = running.stage;
const sink = nodeStatusSink({
  client: clients.dynamodb,
  tableName: deployedName(name, nodeStatusTable.name),
  timelineTableName: deployedName(name, nodeTimelineTable.name),
  timelineDays: 30,
  seenIntervalMs: 60 * MINUTE_MS,
});
const [BATCH, AT_ONCE] = [500, 4];
/** One node in five is offline. */
const OFFLINE = 5;

async function write(events: readonly RainmakerEvent[]): Promise<void> {
  await mapLimited(chunk(events, BATCH), AT_ONCE, async (some) => {
    const failures = await sink.write(some.map((value, index) => ({ id: String(index), value })));
    if (failures.length > 0) throw new Error(`${failures.length} events were not written.`);
  });
}

function changeOf(index: number, isOnline: boolean, atMs: number): RainmakerEvent {
  const type = isOnline ? "node_connected" : "node_disconnected";
  const decoded = decode(
    deliveryOf(
      {
        event_type: `rmaker.event.${type}`,
        timestamp: atMs,
        event_data: { node_id: `node-${String(index).padStart(7, "0")}` },
      },
      { sentAtMs: atMs },
    ),
  );
  if (decoded.kind !== "event") throw new Error("The event cannot be decoded.");
  return decoded.event;
}

// Counted before there is a node: what a sample takes from this count is not known any more.
await running.stage.runScheduled();
const startMs = Date.now();
const indexes = Array.from({ length: nodes }, (_, index) => index);
await write(
  indexes.map((index) => changeOf(index, index % OFFLINE !== 0, startMs - MINUTE_MS - (nodes - index))),
);
const filledMs = Date.now();
await running.stage.runScheduled();
console.log(`${nodes} nodes, filled in ${((Date.now() - startMs) / 1000).toFixed(0)} s`);

const shown = await startConsole({
  reach: async () => withLiveTables(await reachRunningStage(running.dataDir)),
  port: 0,
});
const browser = await startBrowser();
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
await page.goto(shown.address());
await page.locator("tbody tr").first().waitFor();

const contradictions = new Set<string>();
const endMs = Date.now() + minutes * MINUTE_MS;
let changes = 0;
while (Date.now() < endMs) {
  const some = Array.from({ length: 10 }, () => Math.floor(Math.random() * nodes));
  await write(some.map((index) => changeOf(index, Math.random() < 0.5, Date.now())));
  changes += some.length;
  for (const text of await wrongSamples(changes)) contradictions.add(text);
  for (const text of contradictionsIn((await page.evaluate(FIGURES)) as Figures)) contradictions.add(text);
  await pause(1000);
}
console.log(`${minutes} minutes with ${changes} changes: ${contradictions.size} contradictions`);
for (const text of contradictions) console.log(`  ${text}`);
await browser.close();
await shown.stop();
await running.stop();
process.exitCode = contradictions.size === 0 ? 0 : 1;

/** A sample as the query API has it. */
interface Sample {
  readonly atMs: number;
  readonly online?: number;
  readonly all?: number;
}

/** Returns which samples say of the fleet what was never so, after a number of changes. */
async function wrongSamples(changed: number): Promise<string[]> {
  const response = await fetch(`${running.stage.apiUrl}/v1/fleet`);
  const { samples } = (await response.json()) as { readonly samples: readonly Sample[] };
  const filled = indexes.filter((index) => index % OFFLINE !== 0).length;
  return samples
    .filter(({ atMs }) => atMs >= Math.floor(filledMs / MINUTE_MS) * MINUTE_MS)
    .flatMap(({ atMs, online, all }) =>
      [
        ...(online === undefined || Math.abs(online - filled) <= changed ? [] : [`online ${online}`]),
        ...(all === undefined || all === nodes ? [] : [`all ${all}`]),
      ].map(
        (what) => `the sample of ${new Date(atMs).toISOString()}: ${what}, of ${filled} online of ${nodes}`,
      ),
    );
}

/** Returns which figures that stand together on the page do not fit, or are not there. */
function contradictionsIn({ cards, line, list }: Figures): string[] {
  const numbers = (text: string) =>
    [...text.matchAll(/[\d,]+/g)].map(([found]) => Number(found.replaceAll(",", "")));
  const [all, online, offline, unknown] = cards.map((text) => numbers(text)[0] ?? Number.NaN);
  const [, now = Number.NaN, of = Number.NaN] = (/([\d,]+),? of ([\d,]+)$/.exec(line) ?? []).map(
    (text) => numbers(text)[0],
  );
  const listed = numbers(list)[1];
  const pairs = [
    ["states, and all nodes", (online ?? 0) + (offline ?? 0) + (unknown ?? 0), all],
    ["online, and the end of the line", online, now],
    ["nodes, and those of the line", all, of],
    ["nodes, and those of the list", all, listed],
  ] as const;
  return pairs.flatMap(([what, a, b]) => (a === b ? [] : [`${what}: ${a} and ${b}`]));
}
