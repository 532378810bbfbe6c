import { readFile } from "node:fs/promises";
import { expect, it } from "@jest/globals";
import { HOUR_MS } from "@rainhooks/core/durations";
import { eventually } from "@rainhooks/testing/eventually";
import { runCommand } from "../cli/testing/run-command.ts";
import { type ConsolePage, doing } from "./shown-page.ts";

/** More points than a chart has pixels. */
const MANY = 1400;

/** Tests of the charts on the page of a node. */
export function chartTests(shown: () => ConsolePage): void {
  const { rainhooks } = doing(shown);

  it("shows a node on one time axis: an alert as a mark, a series as a chart that zooms and says what the terminal says", async () => {
    const { page, origin, context } = shown();
    const alert = {
      event_type: "rmaker.event.alert",
      event_data: { node_id: PLOTTED.node, message_body: "too hot" },
    };
    await rainhooks(["publish"], JSON.stringify(alert));
    await page.goto(`${origin}/nodes/${PLOTTED.node}?range=7d`);
    await page.locator(".band .online").first().waitFor();
    await page.getByRole("img", { name: /^alert at .*too hot/ }).waitFor();
    const chart = page.getByRole("region", { name: `Series ${PLOTTED.series}`, exact: true });
    await chart.locator(".plot svg").waitFor();
    await page.getByRole("button", { name: "24h" }).click();
    await page.getByRole("button", { name: "Zoom in" }).click();
    await page.getByRole("button", { name: "Zoom out" }).click();
    await chart.getByText(/\d+ points/).waitFor();
    const { from = "", to = "" } = Object.fromEntries(new URL(page.url()).searchParams);
    expect(Number(to) - Number(from)).toBeGreaterThan(3_600_000);
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await chart.getByRole("button", { name: "Copy as CLI" }).click();
    await page.getByText("CLI copied").waitFor();
    const command = String(await page.evaluate("navigator.clipboard.readText()"));
    const args = (command.match(/'[^']*'|\S+/g) ?? [])
      .slice(1)
      .map((word) => word.replaceAll("'", ""));
    expect(args.slice(0, 7)).toEqual([
      "series",
      PLOTTED.node,
      PLOTTED.series,
      "--from",
      from,
      "--to",
      to,
    ]);
    const saved = page.waitForEvent("download");
    await chart.getByRole("button", { name: "Save as CSV" }).click();
    const file = await saved;
    expect(file.suggestedFilename()).toMatch(/^[\w.-]+\.csv$/);
    const csv = await readFile(await file.path(), "utf8");
    expect(csv.split("\n")[1]).toMatch(/,\d{4}-\d\d-\d\dT[\d:.]+Z,,/);
    expect(valuesOf(csv)).toEqual(valuesOf((await rainhooks([...args, "--csv"])).out));
    const slider = chart.getByRole("slider");
    await slider.focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowLeft");
    const [, , at = "", , value = ""] = csv.trim().split("\n").at(-2)?.split(",") ?? [];
    await chart.locator(".reading", { hasText: `  ${value}` }).waitFor();
    expect(await slider.getAttribute("aria-valuenow")).toBe(String(Date.parse(at)));
  });

  it("saves all points of which a chart shows averages", async () => {
    const { page, origin } = shown();
    const endS = Math.floor(Date.now() / 1000);
    const records = Array.from({ length: MANY }, (_, index) => ({
      t: endS - index * 10,
      v: index + 0.5,
    }));
    const ts_data = [{ name: "Many.Points", dt: "float", records }];
    const event = {
      event_type: "rmaker.event.node_ts_data",
      event_data: { node_id: "e2e-many", ts_data },
    };
    await rainhooks(["publish"], JSON.stringify(event));
    await eventually(
      () => rainhooks(["series", "e2e-many", "--json"]),
      ({ code }) => code === 0,
    );
    await page.goto(`${origin}/nodes/e2e-many?range=24h`);
    const chart = page.getByRole("region", { name: "Series Many.Points", exact: true });
    await chart
      .getByText(/^average per hour, from the lowest to the highest value; \d+ windows$/)
      .waitFor();
    const saved = page.waitForEvent("download");
    await chart.getByRole("button", { name: "Save all points as CSV" }).click();
    expect((await saved).suggestedFilename()).toBe("Many.Points-e2e-many.csv");
    const csv = await readFile(await (await saved).path(), "utf8");
    expect(valuesOf(csv)).toEqual(records.map(({ v }) => String(v)).toReversed());
  });

  it("zooms a chart to what is dragged", async () => {
    const { page, origin } = shown();
    await page.goto(`${origin}/nodes/${PLOTTED.node}?range=7d`);
    const chart = page.getByRole("region", { name: `Series ${PLOTTED.series}`, exact: true });
    await chart.getByText(/\d+ (points|windows)/).waitFor();
    await chart.locator(".plot svg").scrollIntoViewIfNeeded();
    const box = await chart.locator(".plot svg").boundingBox();
    const left = box?.x ?? 0;
    const top = box?.y ?? 0;
    const width = box?.width ?? 0;
    await page.mouse.move(left + width * 0.4, top + 40);
    await page.mouse.down();
    await page.mouse.move(left + width * 0.6, top + 60, { steps: 3 });
    await page.locator(".dragged").waitFor();
    await page.mouse.up();
    await page.waitForURL(/from=\d+/);
    const { from = "", to = "" } = Object.fromEntries(new URL(page.url()).searchParams);
    const hours = (Number(to) - Number(from)) / 3_600_000;
    expect([hours > 30, hours < 42]).toEqual([true, true]);
    await chart.locator(".plot svg").dblclick();
    await page.waitForURL(
      (url) =>
        Number(url.searchParams.get("to")) - Number(url.searchParams.get("from")) >
        hours * 1.9 * 3_600_000,
    );
  });
}

/** A node with a point for each of the last hours. */
export const PLOTTED = { node: "e2e-plotted", series: "Temperature Sensor.Temperature" };
const HOURS = [1, 2, 3, 4, 5, 6];

/** Publishes what that node has sent, and waits until it is stored. */
export async function publishPlotted(dataDir: string): Promise<void> {
  const { node: node_id, series: name } = PLOTTED;
  const nowMs = Date.now();
  const publish = (type: string, timestamp: number, data: object) => {
    const event = {
      event_type: `rmaker.event.${type}`,
      timestamp,
      event_data: { node_id, ...data },
    };
    return runCommand(["publish", "--data", dataDir], JSON.stringify(event));
  };
  await publish("node_connected", nowMs - 8 * HOUR_MS, {});
  const records = HOURS.map((hours) => ({
    t: Math.floor((nowMs - hours * HOUR_MS) / 1000),
    v: 20 + hours / 2,
  }));
  await publish("node_ts_data", nowMs, {
    user_id: "user",
    ts_data: [{ name, dt: "float", records }],
  });
  await eventually(
    () => runCommand(["series", node_id, name, "--from", "24h", "--csv", "--data", dataDir]),
    ({ out }) => valuesOf(out).length === HOURS.length,
  );
}

/** The column `value` of CSV. */
function valuesOf(csv: string): string[] {
  return csv
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(",")[4] ?? "");
}
