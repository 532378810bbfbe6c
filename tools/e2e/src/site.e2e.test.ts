import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { extname, join } from "node:path";
import { afterAll, beforeAll, expect, it, test } from "@jest/globals";
import { listenOnLoopback } from "@rainhooks/testing/listen";
import { type Browser, chromium, type Page } from "playwright-core";
import { isTooWide, seriousFindings } from "./console/browser.ts";

/* The documentation as a site, as `npm run site` has built it, in Chromium. */

const SITE = join(import.meta.dirname, "../../../docs/.vitepress/dist");
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
};
const PAGES = [
  "",
  "your-first-event",
  "runbook",
  "commands",
  "stage-fields",
  "http-api",
  "forward",
  "decisions/",
];
/** What the first page may weigh, with its code, styles and fonts. */
const MAX_BYTES = 600_000;

let server: Server;
let address: string;
let browser: Browser;
/** What scripts of the pages have thrown. */
const problems: string[] = [];

/** Serves the files of the site: a page has no ending in its address. */
beforeAll(async () => {
  server = createServer(({ url = "/" }, response) => {
    const path = join(SITE, decodeURIComponent(new URL(url, "http://site").pathname));
    const file = [path, `${path}.html`, join(path, "index.html")].find(
      (one) => existsSync(one) && statSync(one).isFile(),
    );
    if (file === undefined) response.writeHead(404).end();
    else
      response
        .writeHead(200, { "content-type": TYPES[extname(file)] ?? "text/plain" })
        .end(readFileSync(file));
  });
  address = await listenOnLoopback(server);
  browser = await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});

async function opened(path: string, width: number, colorScheme: "light" | "dark"): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  page.on("pageerror", ({ message }) => problems.push(`${path}: ${message}`));
  await page.goto(`${address}/${path}`, { waitUntil: "load" });
  return page;
}

test.each(PAGES)(
  "page %j is readable at each width, light and dark, without a finding of axe",
  async (path) => {
    const page = await opened(path, 1440, "light");
    expect(await seriousFindings(page)).toEqual([]);
    for (const width of [1024, 390]) {
      await page.setViewportSize({ width, height: 900 });
      expect([width, await isTooWide(page)]).toEqual([width, false]);
    }
    await page.close();
    const dark = await opened(path, 390, "dark");
    expect(await seriousFindings(dark)).toEqual([]);
    expect(problems).toEqual([]);
    await dark.close();
  },
);

test.each([
  ["dead letter", "dead-letters"],
  ["body-not-json", "body-not-json"],
  ["node-status-late", "late"],
  ["forceDestroy", "archive"],
])("a search for %s finds the section %s", async (text, section) => {
  const page = await opened("", 1440, "light");
  await page.waitForLoadState("networkidle");
  await page.keyboard.press("Control+k");
  await page.fill("#localsearch-input", text);
  await page.waitForSelector("#localsearch-list li");
  expect((await page.textContent("#localsearch-list"))?.toLowerCase()).toContain(section);
  await page.close();
});

it("the first page of the site is small, with all that it needs", async () => {
  const page = await browser.newPage();
  const bodies: Promise<Buffer>[] = [];
  page.on("response", (response) => bodies.push(response.body().catch(() => Buffer.alloc(0))));
  await page.goto(address, { waitUntil: "networkidle" });
  const bytes = (await Promise.all(bodies)).reduce((sum, { length }) => sum + length, 0);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(MAX_BYTES);
  await page.close();
});

it("the site requests nothing from any other machine", async () => {
  const page = await browser.newPage();
  const others: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(address) && !request.url().startsWith("data:"))
      others.push(request.url());
  });
  for (const path of ["", "runbook"])
    await page.goto(`${address}/${path}`, { waitUntil: "networkidle" });
  expect(others).toEqual([]);
  await page.close();
});
