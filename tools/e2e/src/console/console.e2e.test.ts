import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { type RunningConsole, startConsole } from "@rainhooks/app-console/serve/console";
import { startBrowser } from "@rainhooks/app-console/testing/browser";
import { DETAILS, SECTIONS } from "@rainhooks/app-list/page-paths";
import { runTestFleet } from "@rainhooks/app-local/testing/run-test-fleet";
import {
  ALL_FUNCTIONS,
  startTestStage,
  type TestStage,
} from "@rainhooks/app-local/testing/test-stage";
import { publisherOf } from "@rainhooks/local/rainmaker/publisher";
import { type RunningRainmaker, startRainmaker } from "@rainhooks/local/rainmaker/start";
import { reachRunningStage } from "@rainhooks/stage/stage-access";
import mqtt from "mqtt";
import type { Browser, BrowserContext, Page, Request } from "playwright-core";
import { PAGE_TESTS } from "../lists/console-tests.ts";
import { isTooWide, layoutShift, noteShifts, seriousFindings } from "./browser.ts";
import { chartTests, PLOTTED, publishPlotted } from "./charts.ts";
import { doing } from "./shown-page.ts";

/*
 * Runs only where the machine has Chromium (Debian: `apt-get install chromium`; elsewhere name it
 * in CHROMIUM); otherwise the test command skips it and says so.
 */
const FLEET = { seed: 4, nodes: 30, events: 500, duplicates: 0.05, undecodable: 0.02 };

/**
 * How much of a page may move while it is read: more is poor, by Web Vitals. A busy machine shows
 * more.
 */
const MAX_SHIFT = 0.25;

/**
 * Text that would run, or change the direction of what is around it, if it were not shown as text.
 */
const HOSTILE = '<img src=x onerror="document.title=1">\u202egnp.exe';

describe("the console in a browser", () => {
  let running: TestStage | undefined;
  let rainmaker: RunningRainmaker | undefined;
  let console_: RunningConsole;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const problems: string[] = [];
  const requested = new Set<string>();
  /** Folder of the stage that the console shows. */
  let dataDir: string;

  beforeAll(async () => {
    const [first, started] = await Promise.all([
      startTestStage({ functions: ALL_FUNCTIONS }),
      startBrowser(),
    ]);
    [running, browser, dataDir] = [first, started, first.dataDir];
    const { reconciliation } = await runTestFleet(first, FLEET, () => undefined);
    expect(reconciliation.problems).toEqual([]);
    await publishPlotted(dataDir);
    rainmaker = await startRainmaker({
      publisher: publisherOf(first.stage),
      dataDir,
      casing: "pascal",
      onProblem: () => undefined,
    });
    console_ = await startConsole({
      reach: () => reachRunningStage(dataDir),
      port: 0,
    });
    context = await browser.newContext({
      timezoneId: "Europe/Berlin",
      viewport: { width: 1280, height: 800 },
    });
    await noteShifts(context);
    page = await context.newPage();
    page.setDefaultTimeout(60_000);
    page.on("pageerror", ({ message }) => problems.push(message));
    page.on("request", (request) => requested.add(new URL(request.url()).host));
    await page.goto(console_.address());
  });
  afterAll(async () => {
    await browser.close();
    await console_.stop();
    await rainmaker?.stop();
    await running?.stop();
  });
  afterEach(() => expect(problems.splice(0)).toEqual([]));

  const shown = () => ({ page, context, dataDir, origin: console_.origin, stage: running?.stage });
  const { rainhooks } = doing(shown);
  const rowOf = (name: string) => page.locator("tbody tr", { hasText: name });
  const goTo = (path: string) => page.goto(`${console_.origin}${path}`);
  const openForms = async () => {
    for (const form of await page.locator("main details").all())
      await form.evaluate((element) => element.setAttribute("open", ""));
    const kind = page.locator("main select[name=kind]");
    if ((await kind.count()) > 0) await kind.selectOption("threshold");
  };
  const see = async (path: string, shown: string) => {
    await goTo(path);
    const isThere = page.locator(shown).first().waitFor();
    await isThere.catch((cause: unknown) => {
      throw new Error(`${path} does not show ${shown}.`, { cause });
    });
  };

  it("the console shows the same fleet as the terminal, and keeps neither token nor key in the address", async () => {
    expect(page.url()).toBe(`${console_.origin}/`);
    const { out } = await rainhooks(["count", "--json"]);
    const { online, offline } = JSON.parse(out) as { online: number; offline: number };
    await page.locator(".count.online strong", { hasText: new RegExp(`^${online}$`) }).waitFor();
    await page.locator(".count.offline strong", { hasText: new RegExp(`^${offline}$`) }).waitFor();
    await page.locator("tbody tr").first().waitFor();
  });

  it("a node that connects over MQTT turns green without reload, and its state is seen when it leaves", async () => {
    await page.evaluate("globalThis.isSamePage = true");
    await page.getByLabel("Search nodes").fill("e2e-lamp");
    const node = await mqtt.connectAsync(rainmaker?.mqttUrl ?? "", {
      clientId: "e2e-lamp",
      reconnectPeriod: 0,
    });
    await rowOf("e2e-lamp").locator(".online").waitFor();
    await node.endAsync();
    await rowOf("e2e-lamp").locator(".offline").waitFor();
    expect(await page.evaluate("globalThis.isSamePage")).toBe(true);
    expect(new URL(page.url()).search).toBe("?match=e2e-lamp");
  });

  chartTests(shown);

  it("the console shows live events, and opens a delivery with what was published and what webhooks did with it", async () => {
    await goTo("/events?type=alert");
    await page.getByText("Live", { exact: true }).waitFor();
    await rainhooks(["trigger", "alert", "--node", "e2e-live"]);
    const row = page.locator("tbody tr", { hasText: "e2e-live" });
    await row.click();
    await page.getByText("As published").waitFor();
    await page.getByRole("link", { name: "What became of it" }).click();
    await page.getByText("took it; it has no filter").waitFor();
    await page.getByText("No dead-letter queue has it.").waitFor();
    expect(new URL(page.url()).pathname).toMatch(/^\/events\/[\w-]+$/);
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole("link", { name: "e2e-live" }).click();
    expect(new URL(page.url()).pathname).toBe("/nodes/e2e-live");
    await goTo("/events?node=e2e-live");
    await page.locator("tbody tr", { hasText: "alert" }).waitFor();
  });

  it("the console shows what each webhook did over time, as in its log", async () => {
    await goTo("/webhooks?range=24h");
    const row = page
      .getByRole("table", { name: "Functions" })
      .locator("tr", { hasText: "node-status" });
    await row.locator("td.received", { hasText: /^[\d,]+$/ }).waitFor();
    const texts = await row.locator("td.dead-letters ~ td").allInnerTexts();
    const [received = 0, ...outcomes] = texts.map((text) => Number(text.replaceAll(",", "")));
    // Each record has exactly one outcome.
    expect([outcomes.length, outcomes.reduce((sum, one) => sum + one, 0)]).toEqual([8, received]);
    expect(outcomes[0]).toBeGreaterThan(400);
    await row.getByRole("button", { name: "node-status" }).click();
    const opened = page.getByRole("region", { name: "node-status", exact: true });
    await opened
      .getByRole("img", { name: /^node-status: .* delivered, .*, at most [\d,]+ in 30 min$/ })
      .waitFor();
    await page.getByLabel("Time", { exact: true }).selectOption("3h");
    await opened.getByRole("img", { name: / in 5 min$/ }).waitFor();
    expect(new URL(page.url()).search).toBe("?open=node-status");
  });

  for (const test of PAGE_TESTS) test(shown);

  it("the console's search leads to a node by its id with one request, and to a page, with the keyboard alone", async () => {
    const { node } = PLOTTED;
    await goTo("/webhooks");
    await page.locator("tbody tr").first().waitFor();
    const asked: string[] = [];
    const note = (request: Request) => {
      if (/search|nodes/.test(request.url())) asked.push(new URL(request.url()).pathname);
    };
    page.on("request", note);
    const dialog = page.getByRole("dialog", { name: "Search everything" });
    const openSearch = async () => {
      await page.keyboard.press("Control+K");
      await dialog.locator("input:focus").waitFor();
    };
    await openSearch();
    await page.keyboard.insertText(node);
    await dialog.getByRole("link", { name: /^node / }).waitFor();
    expect(asked).toEqual(["/console/search"]);
    page.off("request", note);
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/nodes/${node}`);
    await openSearch();
    await page.keyboard.type("audit");
    await dialog.getByRole("link", { name: "page Audits" }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/audits");
    expect(await dialog.isVisible()).toBe(false);
  });

  it("the console filters and sorts by the address, which can be shared", async () => {
    await goTo("/?state=online&sort=name");
    await page.locator("tbody .online").first().waitFor();
    expect(await page.locator("tbody .offline").count()).toBe(0);
    const names = await page.locator("tbody td.name a").allInnerTexts();
    expect(names.slice(0, 9)).toEqual(
      names.slice(0, 9).toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)),
    );
    await page.getByRole("button", { name: /^[\d,]+\s*nodes$/ }).click();
    await page.locator("tbody .offline").first().waitFor();
    await page.getByText("More filters").click();
    await page.getByRole("combobox", { name: "Firmware" }).fill("1.1.0");
    await page.waitForURL(/firmware=1\.1\.0/);
    await page.getByRole("button", { name: "Clear" }).click();
    expect(new URL(page.url()).search).toBe("?sort=name");
    await goTo("/?match=nothing-has-this");
    await page.getByText("No node passes these filters").waitFor();
  });

  it("the console returns to a list as it was left: its filter, its place and the link that was followed", async () => {
    await goTo("/?sort=name");
    await page.locator("tbody tr").nth(12).waitFor();
    await page.evaluate("scrollTo(0, 400)");
    const link = page.locator("tbody td.name a").nth(8);
    const href = await link.getAttribute("href");
    await link.scrollIntoViewIfNeeded();
    const { y = 0 } = (await link.boundingBox()) ?? {};
    await link.click();
    await page.getByRole("region", { name: /Connection/ }).waitFor();
    await page.goBack();
    const again = page.locator(`a[href="${href}"]:focus`);
    await again.waitFor();
    expect((await again.boundingBox())?.y).toBeCloseTo(y, -1);
    expect(new URL(page.url()).search).toBe("?sort=name");
    await page.locator(".count.offline").click();
    await page.waitForURL(/state=offline/);
    await page.goBack();
    await page.waitForURL(/\?sort=name$/);
  });

  it("the console shows nodes that are offline longer than a time, and the firmware with the most drops", async () => {
    await goTo("/");
    await page.getByText("More filters").click();
    await page.getByRole("combobox", { name: /^Offline longer than/ }).fill("1h");
    await page.waitForURL(/longer=1h/);
    const { out } = await rainhooks(["nodes", "--offline", "1h", "--json"]);
    const expected = (JSON.parse(out) as { nodes: readonly { nodeId: string }[] }).nodes.map(
      ({ nodeId }) => nodeId,
    );
    await page.getByText(new RegExp(`^${expected.length} nodes?$`)).waitFor();
    await page.getByRole("combobox", { name: /^Tag/ }).fill("site:nowhere");
    await page.waitForURL(/tag=site/);
    await page.getByText("No node passes these filters").waitFor();
    const drops = JSON.parse((await rainhooks(["drops", "--from", "7d", "--json"])).out) as {
      readonly groups: readonly { readonly group?: string; readonly drops: number }[];
    };
    await page.getByText("Which nodes drop most").click();
    await page.getByLabel("In which time drops count").selectOption("7d");
    await page.getByRole("button", { name: "Count", exact: true }).click();
    const row = page.getByRole("table", { name: "Drops by firmware" }).locator("tbody tr").first();
    await row.getByText(drops.groups[0]?.group ?? "not known").waitFor();
    expect(drops.groups[0]?.drops).toBeGreaterThan(0);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("the console can be used with the keyboard alone", async () => {
    await goTo("/");
    await page.locator("tbody tr").first().waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.tagName")).toBe("MAIN");
    await page.keyboard.press("/");
    expect(await page.evaluate("document.activeElement.type")).toBe("search");
    await page.keyboard.press("ArrowDown");
    const first = await page.locator("tbody td.name a").first().getAttribute("href");
    expect(await page.evaluate("document.activeElement.getAttribute('href')")).toBe(first);
    await page.keyboard.press("ArrowDown");
    const second = await page.locator("tbody td.name a").nth(1).getAttribute("href");
    expect(await page.evaluate("document.activeElement.getAttribute('href')")).toBe(second);
  });

  it("the console shows texts of devices as text, shortened, whatever they contain", async () => {
    const config = {
      info: { name: HOSTILE + "x".repeat(10_000), fw_version: HOSTILE, type: "<b>bold</b>" },
    };
    const body = {
      event_type: "rmaker.event.node_config_changed",
      event_data: { node_id: "e2e-evil", config },
    };
    expect(await rainhooks(["publish"], JSON.stringify(body))).toMatchObject({ code: 0 });
    await goTo("/?match=e2e-evil");
    await rowOf("e2e-evil").waitFor();
    const text = (await rowOf("e2e-evil").textContent()) ?? "";
    expect(text).toContain('<img src=x onerror="document.title=1">\ufffdgnp.exe');
    expect(text).not.toContain("\u202e");
    expect(text.length).toBeLessThan(400);
    expect(await page.locator("main img, main b b").count()).toBe(0);
    expect(await page.title()).toContain("Fleet");
  });

  it("the console is usable at 390 pixels, in dark and light mode, and by everybody", async () => {
    const { node } = PLOTTED;
    const { out } = await rainhooks(["alarms", "ls", "--state", "all", "--json"]);
    const [{ alarmId = "" } = {}] = (JSON.parse(out) as { alarms: readonly { alarmId: string }[] })
      .alarms;
    const listed = JSON.parse(
      (await rainhooks(["attempts", "--destination", "erp", "--json"])).out,
    ) as {
      attempts: readonly { id: string }[];
    };
    const attempt = JSON.parse(
      (await rainhooks(["attempts", "show", listed.attempts[0]?.id ?? "", "--json"])).out,
    ) as { deliveryId: string; publishedMs: number };
    const long = "Temperature Sensor.Temperature of a room with a name of many words";
    await rainhooks([
      "watch",
      "add",
      "long",
      "--kind",
      "threshold",
      "--series",
      long,
      "--above",
      "24.5",
    ]);
    await rainhooks(["destinations", "set", "erp", "--description", long]);
    await rainhooks(["trigger", "user_node_added", "--node", node]);
    const sections: Readonly<Record<string, string>> = {
      "": "tbody tr",
      alarms: "main a",
      audits: "tbody tr",
      events: "tbody tr",
      destinations: "tbody tr",
      users: "tbody tr",
      webhooks: "tbody tr",
    };
    const details: Readonly<Record<string, readonly [id: string, shown: string]>> = {
      nodes: [node, ".plot svg"],
      alarms: [alarmId, ".band"],
      events: [`${attempt.deliveryId}?at=${attempt.publishedMs}`, ".rows"],
      destinations: ["erp", "tbody tr"],
      users: ["nobody", "#kept"],
    };
    expect(Object.keys(sections).sort()).toEqual(SECTIONS.map(([path]) => path).sort());
    expect(Object.keys(details).sort()).toEqual([...DETAILS.keys()].sort());
    const pages = [
      ...Object.entries(sections).map(([path, content]) => [`/${path}`, content] as const),
      ["/destinations?add=1", "form"] as const,
      ["/alarms?tab=rules", "main .rule-form select"] as const,
      ["/alarms?tab=maintenance", "form"] as const,
      ...Object.entries(details).map(
        ([path, [id, content]]) => [`/${path}/${id}`, content] as const,
      ),
    ];
    for (const [width, colorScheme] of [
      [390, "dark"],
      [1280, "light"],
    ] as const) {
      await page.setViewportSize({ width, height: 844 });
      await page.emulateMedia({ colorScheme });
      // The fleet knows from then on how high the sections of extensions are.
      await see("/", "tbody tr");
      await layoutShift(page);
      for (const [path, shown] of pages) {
        await see(path, shown);
        const shift = await layoutShift(page);
        expect([path, width, shift > MAX_SHIFT ? shift : 0]).toEqual([path, width, 0]);
        await openForms();
        expect([path, await isTooWide(page)]).toEqual([path, false]);
        expect([path, await seriousFindings(page)]).toEqual([path, []]);
      }
    }
  });

  it("on a phone the list of nodes begins on the first screen, and what is pressed has room for a finger", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await goTo("/");
    const first = page.getByRole("table", { name: "Nodes" }).locator("tbody tr").first();
    await first.waitFor();
    const { y = 0 } = (await first.boundingBox()) ?? {};
    expect(y).toBeGreaterThan(0);
    expect(y).toBeLessThan(844 - 44);
    for (const path of ["/", "/alarms?state=all"]) {
      await goTo(path);
      await page.locator("tbody tr").first().waitFor();
      expect(await page.evaluate(SMALL)).toEqual([]);
    }
    await goTo(`/nodes/${PLOTTED.node}`);
    await page.locator(".plot svg").waitFor();
    // Texts of axes are on one line, days below their times.
    const high = `[...document.querySelectorAll(".times span, .plot .tick")].filter((one) => one.offsetHeight > 40)`;
    expect(await page.evaluate(`${high}.map((one) => one.textContent)`)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 844 });
  });

  it("the texts of a time axis are below the lines of its chart", async () => {
    await goTo(`/nodes/${PLOTTED.node}`);
    await page.locator(".plot svg").waitFor();
    const distances = (await page.evaluate(FROM_LINES)) as number[];
    expect(distances.length).toBeGreaterThan(2);
    expect(Math.max(...distances)).toBeLessThan(3);
  });

  it("a print of the fleet cuts no text, and the ring of a focused choice of all rows is whole", async () => {
    await goTo("/");
    await page.getByRole("table", { name: "Nodes" }).locator("tbody tr").first().waitFor();
    await page.emulateMedia({ media: "print" });
    expect(await page.evaluate(CUT)).toEqual([]);
    expect(await isTooWide(page)).toBe(false);
    await page.emulateMedia({ media: "screen" });
    await goTo("/alarms?state=all");
    await page.getByLabel("Select all of Alarms").waitFor();
    expect(await page.evaluate(ROOM_OF_RING)).toBeGreaterThanOrEqual(3);
  });

  it("a console without a network says so, and loads what it could not load when the network is back", async () => {
    const other = await context.newPage();
    await other.goto(`${console_.origin}/`);
    await other.locator("tbody tr").first().waitFor();
    await context.setOffline(true);
    try {
      await other.getByRole("link", { name: "Events" }).click();
      await other.getByText("This browser has no network.").first().waitFor();
    } finally {
      await context.setOffline(false);
    }
    await other.getByRole("table", { name: "Deliveries" }).locator("tbody tr").first().waitFor();
    await other.getByText("This browser has no network.").first().waitFor({ state: "detached" });
    await other.close();
  });

  it("a link that was cut leads to a page that says what is wrong, and the way from there is open", async () => {
    await goTo("/nodes/100%");
    await page.getByText("Node 100% is unknown").waitFor();
    await page.getByRole("link", { name: "Events" }).click();
    await page.getByText("from the archive").waitFor();
    await goTo("/nodes/a/b");
    await page.getByText("There is no such page.").waitFor();
  });

  it("no page is wider than the window, from a phone to a desktop", async () => {
    const paths = [
      "/",
      "/?state=offline",
      "/alarms",
      "/alarms?state=all",
      "/alarms?tab=rules",
      "/alarms?tab=maintenance",
    ];
    const more = [
      "/events",
      "/webhooks",
      "/destinations",
      "/destinations?add=1",
      "/users",
      "/audits",
      "/no-such-page",
    ];
    for (const path of [...paths, ...more]) {
      await goTo(path);
      await page.locator("main [aria-busy=true]").first().waitFor({ state: "detached" });
      for (const width of [320, 640, 768, 923, 1440]) {
        await page.setViewportSize({ width, height: 800 });
        expect([path, width, await isTooWide(page)]).toEqual([path, width, false]);
      }
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it("a console responds compressed", async () => {
    const sizes = async (path: string) => {
      const response = page.waitForResponse((one) => new URL(one.url()).pathname.startsWith(path));
      await goTo("/");
      const headers = await (await response).allHeaders();
      return headers["content-encoding"];
    };
    for (const path of ["/files/main", "/v1/nodes"])
      expect([path, await sizes(path)]).toEqual([path, "gzip"]);
  });

  it("the console gives nothing to a page on another port of this machine", async () => {
    const server = await otherPort();
    const other = await context.newPage();
    await other.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const read = async (method: string, mode: string) =>
      other.evaluate(
        `fetch("${console_.origin}/console/stage", { method: "${method}", mode: "${mode}", credentials: "include" })
          .then((response) => response.text(), () => "")`,
      );
    for (const method of ["GET", "POST"])
      for (const mode of ["cors", "no-cors"]) expect(await read(method, mode)).toBe("");
    await other.close();
    server.close();
  });

  it("the console requests nothing from any other host", () => {
    expect([...requested]).toEqual([new URL(console_.origin).host]);
  });

  it("the console says that the stage has stopped, and continues when a stage runs again", async () => {
    await goTo("/");
    await page.locator("tbody tr").first().waitFor();
    await rainmaker?.stop();
    rainmaker = undefined;
    await running?.stop();
    running = undefined;
    await page.getByText("The stage cannot be reached").waitFor();
    running = await startTestStage({ functions: ALL_FUNCTIONS });
    dataDir = running.dataDir;
    await page.getByText("No nodes yet").waitFor();
    expect(await page.getByText("The stage cannot be reached").count()).toBe(0);
  });
});

/** Links, buttons and fields that are smaller than a finger; of a row, all of it can be pressed. */
const SMALL = `[...document.querySelectorAll("a, button, input, select, summary")].filter((element) => {
  const { width, height } = element.getBoundingClientRect();
  return height > 0 && (height < 24 || width < 24) && !element.matches(".skip, td > a, .row");
}).map((element) => element.outerHTML)`;

/** Pixels at the right of a field that the next cell does not cover; the ring is outside of it. */
const ROOM_OF_RING = `((cell) => getComputedStyle(cell).overflow === "visible" &&
  cell.getBoundingClientRect().right - cell.querySelector("input").getBoundingClientRect().right)(
    document.querySelector("th.check"))`;

/** Pixels from the texts below a chart to its lines. One at the end is moved into the chart. */
const FROM_LINES = `(() => {
  const { left, right, width } = document.querySelector(".plot svg").getBoundingClientRect();
  const path = document.querySelector(".plot .grid").getAttribute("d");
  const lines = [...path.matchAll(/M([\\d.]+) 0V/g)].map(([, x]) => left + (x * width) / 1000);
  const texts = [...document.querySelector(".plot").closest("section").querySelectorAll(".times span")];
  return texts.flatMap((text, index) => {
    const box = text.getBoundingClientRect();
    return right - lines[index] < 40 ? [] : [Math.abs((box.left + box.right) / 2 - lines[index])];
  });
})()`;

/** Texts of tables that do not fit. */
const CUT = `[...document.querySelectorAll("th, td, td *")].filter(
  (element) => element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1 &&
    getComputedStyle(element).overflow !== "visible",
).map((element) => element.outerHTML)`;

/** A server on another port, such as a program that somebody else has started. */
function otherPort(): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer((_, response) =>
      response.writeHead(200, { "content-type": "text/html" }).end("<title>Other</title>"),
    ).listen(0, "127.0.0.1", () => resolve(server));
  });
}
