import { setTimeout as pause } from "node:timers/promises";
import { type RunningConsole, startConsole } from "@rainhooks/app-console/serve";
import { startBrowser } from "@rainhooks/app-console/testing";
import { startTestStage, type TestStage } from "@rainhooks/app-local/testing";
import { SHIPPED } from "@rainhooks/app-webhook-list";
import { MINUTE_MS, messageOf, SECOND_MS } from "@rainhooks/core";
import { nodeStatusTable } from "@rainhooks/node-status/table";
import { reachRunningStage } from "@rainhooks/stage";
import { formatTable } from "@rainhooks/terminal";
import { deployedName } from "@rainhooks/webhook";
import type { Browser, Page } from "playwright-core";
import { fillNodeStatus, OFFLINE_EVERY } from "../fill-node-status.ts";
import { gate } from "../gate.ts";
import { median } from "../median.ts";
import { changeNodes } from "./change-nodes.ts";
import { type Held, measureHeld, PROBE, type Scrolled, scrollTable } from "./probe.ts";

const LOADS = 5;
const SCROLL_MS = 15 * SECOND_MS;
const CHANGES_PER_S = 10;

/** What was measured in a browser. */
export interface ConsoleFigures {
  readonly nodes: number;
  readonly firstRows: readonly number[];
  readonly scrolled: Scrolled;
  readonly before: Held;
  readonly after: Held;
  /** Longest tasks while the page was updated, ms. */
  readonly updateTasks: readonly number[];
  readonly changes: number;
}

/** How many nodes are shown, and for how many minutes they change. */
export interface ConsoleSize {
  readonly nodes: number;
  readonly minutes: number;
}

/** Describes the list of nodes of the console in Chromium: first row, frames while it is scrolled, memory while nodes change. */
export async function benchConsole(size: ConsoleSize): Promise<string> {
  const title = `The console in Chromium, ${size.nodes} nodes, ${size.minutes} minutes of ${CHANGES_PER_S} changes a second`;
  const measured = await measureConsole(size);
  if (typeof measured === "string") return `${title}\nskipped: ${measured}`;
  return `${title}\n${formatTable(["measure", "value"], rowsOf(measured))}`;
}

/** Measures the list of nodes of the console in Chromium. Returns the reason if Chromium does not start. */
export async function measureConsole({ nodes, minutes }: ConsoleSize): Promise<ConsoleFigures | string> {
  const browser = await startBrowser().catch((error: unknown) => messageOf(error).split("\n")[0] ?? "");
  if (typeof browser === "string") return `Chromium does not start (${browser})`;
  const running = await startTestStage({
    webhooks: SHIPPED.filter(({ name }) => name === "node-status"),
    workers: [],
    scheduled: [],
  });
  const tableName = deployedName(running.stage.name, nodeStatusTable.name);
  await fillNodeStatus({ client: running.stage.clients.dynamodb, tableName }, nodes);
  const shown = await startConsole({ reach: () => reachRunningStage(running.dataDir), port: 0 });
  try {
    return await measure(browser, shown, running, { nodes, minutes });
  } finally {
    await browser.close();
    await shown.stop();
    await running.stop();
  }
}

async function measure(
  browser: Browser,
  shown: RunningConsole,
  running: TestStage,
  { nodes, minutes }: ConsoleSize,
): Promise<ConsoleFigures> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  await page.addInitScript(PROBE);
  await page.goto(shown.address());
  await refuseWrong(page, nodes);
  const firstRows: number[] = [];
  for (let load = 0; load < LOADS; load += 1) {
    await page.goto(`${shown.origin}/`);
    firstRows.push(await page.evaluate<number>("probe.firstRow"));
  }
  const scrolled = await scrollTable(page, SCROLL_MS);
  gate(scrolled.rows > 100, "rows beyond the first page are loaded");
  const before = await measureHeld(session);
  await page.evaluate("probe.longTasks = []");
  const endMs = Date.now() + minutes * MINUTE_MS;
  let changes = 0;
  while (Date.now() < endMs) {
    await changeNodes(running, { first: changes, count: CHANGES_PER_S, nodes });
    changes += CHANGES_PER_S;
    await pause(SECOND_MS);
  }
  const updateTasks = await page.evaluate<number[]>("probe.longTasks");
  return { nodes, firstRows, scrolled, before, after: await measureHeld(session), updateTasks, changes };
}

/** Nothing is measured of a page that shows other counts than the table has, or other nodes first. */
async function refuseWrong(page: Page, nodes: number): Promise<void> {
  const offline = Math.ceil(nodes / OFFLINE_EVERY);
  const shown = page.locator(".count.offline strong", { hasText: /\d/ });
  await shown.waitFor();
  const counted = Number((await shown.textContent())?.replaceAll(",", ""));
  gate(counted === offline, "the page counts the offline nodes");
  const first = await page.locator("tbody td.name").first().textContent();
  gate(first?.includes("Kitchen 0") === true, "the node that is longest offline comes first");
}

function rowsOf(measured: ConsoleFigures): [string, string | number][] {
  const { firstRows, scrolled, before, after, updateTasks, changes } = measured;
  const { frames, longTasks, rows } = scrolled;
  const ordered = frames.toSorted((a, b) => a - b);
  const at = (share: number) => rounded(ordered[Math.floor(ordered.length * share)] ?? Number.NaN);
  return [
    ["time to the first row, median of 5, ms", Math.round(median(firstRows))],
    ["rows that were scrolled past in 15 s", rows],
    ["time of a frame, p50, ms", at(0.5)],
    ["time of a frame, p95, ms", at(0.95)],
    ["time of a frame, p99, ms", at(0.99)],
    ["tasks of more than 50 ms while scrolling", tasksText(longTasks)],
    ["changes of nodes", changes],
    ["tasks of more than 50 ms while nodes change", tasksText(updateTasks)],
    ["heap before and after the changes, MiB", `${rounded(before.heapMiB)} and ${rounded(after.heapMiB)}`],
    ["DOM nodes before and after the changes", `${before.domNodes} and ${after.domNodes}`],
  ];
}

function tasksText(tasks: readonly number[]): string {
  return tasks.length === 0 ? "none" : `${tasks.length}, the longest ${Math.round(Math.max(...tasks))} ms`;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
