/*
 * `npm run large-fleet -- --nodes 100000 --minutes 10 --grow 5`: opens the fleet's page of a local
 * stage with many nodes in Chromium, lets nodes change and new ones come meanwhile, and says
 * whether figures that stand together ever contradicted each other, or what the fleet was. At the
 * end page, API and command must have the counts that were written, and the newest node is opened
 * by its id. It ends with exit code 1 if something did not fit.
 */
import { setTimeout as pause } from "node:timers/promises";
import { startConsole } from "@rainhooks/app-console/serve/console";
import { startBrowser } from "@rainhooks/app-console/testing/browser";
import { ALL_FUNCTIONS, startTestStage } from "@rainhooks/app-local/testing/test-stage";
import { chunk, mapLimited } from "@rainhooks/core/collections";
import { MINUTE_MS } from "@rainhooks/core/durations";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { nodeStatusSink } from "@rainhooks/node-status/node-status-sink";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import { readFlags } from "@rainhooks/stage/commands/read-flags";
import { wholeNumber } from "@rainhooks/stage/query/params/kinds";
import { reachLiveStage } from "@rainhooks/stage/tables/live-tables";
import { eventOf } from "@rainhooks/stage/testing/seeded-stage";
import { deployedName } from "@rainhooks/webhook/names";
import { runCommand } from "../cli/testing/run-command.ts";

const count = (description: string, max: number, fallback: number) =>
  wholeNumber({ description, placeholder: "count" }, { min: 1, max, fallback });
const { nodes, minutes, grow } = readFlags(
  {
    nodes: count("nodes of the fleet", 10_000_000, 100_000),
    minutes: count("how long", 10_000, 2),
    grow: count("new nodes about each second", 1000, 1),
  },
  process.argv.slice(2),
).values;

/** Figures that stand together on the page. */
interface Figures {
  readonly cards: readonly string[];
  readonly line: string;
  readonly list: string;
}

/** Counts of nodes by their state, as API and command return them. */
interface Counts {
  readonly online: number;
  readonly offline: number;
  readonly unknown: number;
}

/** A sample as the query API has it. */
interface Sample {
  readonly atMs: number;
  /** When all were counted. */
  readonly countedAtMs: number;
  readonly online?: number;
  readonly all?: number;
}

const FIGURES = `({
  cards: [...document.querySelectorAll(".count strong")].map((one) => one.textContent),
  line: document.querySelector("figure:has(svg.line) figcaption")?.textContent ?? "",
  list: document.querySelector("section[aria-label=Nodes] > p")?.textContent ?? "",
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
const BATCH = 500;
const AT_ONCE = 4;
/** One node in five is offline. */
const OFFLINE = 5;

async function write(events: readonly RainmakerEvent[]): Promise<void> {
  await mapLimited(chunk(events, BATCH), AT_ONCE, async (some) => {
    const failures = await sink.write(some.map((value, index) => ({ id: String(index), value })));
    if (failures.length > 0) throw new Error(`${failures.length} events were not written.`);
  });
}

function nodeId(index: number): string {
  return `node-${String(index).padStart(7, "0")}`;
}

function changeOf(index: number, isOnline: boolean, atMs: number): RainmakerEvent {
  return eventOf(isOnline ? "node_connected" : "node_disconnected", atMs, {
    node_id: nodeId(index),
  });
}

// Counted before there is a node: what a sample takes from this count is not known any more.
await running.stage.runScheduled();
const startMs = Date.now();
/** What was written: which node is online. */
const fleet = Array.from({ length: nodes }, (_, index) => index % OFFLINE !== 0);
await write(
  fleet.map((isOnline, index) => changeOf(index, isOnline, startMs - MINUTE_MS - (nodes - index))),
);
const filledMs = Date.now();
await running.stage.runScheduled();
console.log(`${nodes} nodes, filled in ${((Date.now() - startMs) / 1000).toFixed(0)} s`);

const shown = await startConsole({
  reach: () => reachLiveStage(running.dataDir),
  port: 0,
});
const browser = await startBrowser();
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
await page.goto(shown.address());
await page.locator("tbody tr").first().waitFor();
await page.locator(".count strong").first().waitFor();
await page.locator("figure:has(svg.line)").waitFor();

const contradictions = new Set<string>();
/** What the fleet was, and when. */
const history = [truth()];
const endMs = Date.now() + minutes * MINUTE_MS;
let changes = 0;
while (Date.now() < endMs) {
  changes += await change();
  history.push(truth());
  for (const text of [...(await wrongSamples()), ...contradictionsIn(await figures())])
    contradictions.add(text);
  await pause(1000);
}
for (const text of await endDiffers()) contradictions.add(text);
const { all } = truth();
console.log(
  `${minutes} minutes, ${changes} changes, ${all} nodes: ${contradictions.size} contradictions`,
);
for (const text of contradictions) console.log(`  ${text}`);
console.log(await openNewest());
await browser.close();
await shown.stop();
await running.stop();
process.exitCode = contradictions.size === 0 ? 0 : 1;

function truth() {
  return { atMs: Date.now(), online: fleet.filter(Boolean).length, all: fleet.length };
}

async function figures(): Promise<Figures> {
  return (await page.evaluate(FIGURES)) as Figures;
}

/** Lets ten nodes change and new ones come; returns how many did. */
async function change(): Promise<number> {
  const some = new Set(Array.from({ length: 10 }, () => Math.floor(Math.random() * fleet.length)));
  for (let index = fleet.length; index < fleet.length + grow; index += 1) some.add(index);
  await write(
    [...some].map((index) => {
      fleet[index] = Math.random() < 0.5;
      return changeOf(index, fleet[index], Date.now());
    }),
  );
  return some.size;
}

/**
 * Returns which samples of the query API say of the fleet what it was not within two minutes of
 * their time. A sample may lack nodes that are new since all were counted.
 */
async function wrongSamples(): Promise<string[]> {
  const response = await fetch(`${running.stage.apiUrl}/v1/fleet`);
  const { samples } = (await response.json()) as { readonly samples: readonly Sample[] };
  return samples
    .filter(({ countedAtMs }) => countedAtMs >= filledMs)
    .flatMap(({ atMs, countedAtMs, online, all }) => {
      const then = near(atMs);
      const counted = near(countedAtMs);
      const isNew = Math.max(...then.all) - Math.min(...counted.all);
      return [
        outside("all", all, counted.all),
        outside("online", online, [...then.online, Math.min(...then.online) - isNew]),
      ].flatMap((text) =>
        text === undefined ? [] : [`the sample of ${new Date(atMs).toISOString()}: ${text}`],
      );
    });
}

/** Returns the counts that the fleet had around a time. */
function near(timeMs: number) {
  const then = history.filter(({ atMs }) => Math.abs(atMs - timeMs) <= 2 * MINUTE_MS);
  return { all: then.map(({ all }) => all), online: then.map(({ online }) => online) };
}

function outside(
  what: string,
  value: number | undefined,
  possible: readonly number[],
): string | undefined {
  const min = Math.min(...possible);
  const max = Math.max(...possible);
  if (value === undefined || (value >= min && value <= max)) return undefined;
  return `${what} ${value}, of ${min} to ${max}`;
}

/** Returns what page, API and command have at the end in place of what was written. */
async function endDiffers(): Promise<string[]> {
  const { online, all } = truth();
  const expected = `${online} online, ${all - online} offline, 0 unknown`;
  const textOf = (counts: Counts) =>
    `${counts.online} online, ${counts.offline} offline, ${counts.unknown} unknown`;
  const ofPage = async () => {
    const [, on = 0, offline = 0, unknown = 0] = (await figures()).cards.map(
      (text) => numbersOf(text)[0] ?? 0,
    );
    return textOf({ online: on, offline, unknown });
  };
  for (let tries = 0; tries < 60 && (await ofPage()) !== expected; tries += 1) await pause(1000);
  const response = await fetch(`${running.stage.apiUrl}/v1/node-counts`);
  const { out } = await runCommand(["count", "--json", "--data", running.dataDir]);
  return [
    ["the page", await ofPage()],
    ["the API", textOf((await response.json()) as Counts)],
    ["the command", textOf(JSON.parse(out) as Counts)],
  ].flatMap(([who, has]) =>
    has === expected ? [] : [`at the end ${who} has ${has}; it was ${expected}`],
  );
}

/** Opens the newest node by its id with the keyboard, and says how long it took. */
async function openNewest(): Promise<string> {
  const askedMs = Date.now();
  await page.keyboard.press("Control+k");
  await page.keyboard.type(nodeId(fleet.length - 1));
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: "Node", exact: true }).waitFor();
  return `The newest node was shown ${Date.now() - askedMs} ms after the search was opened.`;
}

function numbersOf(text: string): number[] {
  return [...text.matchAll(/[\d,]+/g)].map(([found]) => Number(found.replaceAll(",", "")));
}

/** Returns which figures that stand together on the page do not fit, or are not there. */
function contradictionsIn({ cards, line, list }: Figures): string[] {
  const [all, online, offline, unknown] = cards.map((text) => numbersOf(text)[0] ?? Number.NaN);
  const [, now = Number.NaN, of = Number.NaN] = (/([\d,]+),? of ([\d,]+)$/.exec(line) ?? []).map(
    (text) => numbersOf(text)[0],
  );
  // A list that is read to its end says only how many it has: those of its own time.
  const listed = list.includes(" nodes loaded") ? numbersOf(list)[1] : all;
  const pairs = [
    ["states, and all nodes", (online ?? 0) + (offline ?? 0) + (unknown ?? 0), all],
    ["online, and the end of the line", online, now],
    ["nodes, and those of the line", all, of],
    ["nodes, and those of the list", all, listed],
  ] as const;
  return pairs.flatMap(([what, a, b]) => (a === b ? [] : [`${what}: ${a} and ${b}`]));
}
