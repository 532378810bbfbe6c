import { writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { runCommand } from "@rainhooks/app-cli/testing";
import { startConsole } from "@rainhooks/app-console/serve";
import { startBrowser } from "@rainhooks/app-console/testing";
import { runTestFleet, startTestStage } from "@rainhooks/app-local/testing";
import { reachRunningStage, withLiveTables } from "@rainhooks/stage";
import { startReceiver } from "@rainhooks/testing";

const running = await startTestStage();
const good = await startReceiver((_, r) => r.writeHead(204).end());
const bad = await startReceiver((_, r) => r.writeHead(500).end("out of order"));
const rh = async (...a: string[]) => {
  const r = await runCommand([...a, "--data", running.dataDir]);
  if (r.code !== 0) console.error(a, r.err);
  return r.out;
};
await rh("destinations", "add", "crm", "--url", `${good.url}/x`, "--description", "customers");
await rh(
  "destinations",
  "add",
  "erp",
  "--url",
  `${bad.url}/x`,
  "--events",
  "alert,node_connected",
  "--schedule",
  "2s,5m",
);
await rh(
  "destinations",
  "add",
  "cellar",
  "--url",
  `${good.url}/y`,
  "--events",
  "alert",
  "--tags",
  "place:cellar",
);
await rh("destinations", "add", "pager", "--url", `${good.url}/z`);
await rh("destinations", "pause", "pager");
await pause(6000);
await runTestFleet(
  running,
  { seed: 1, nodes: 30, events: 500, duplicates: 0.05, undecodable: 0.02 },
  () => undefined,
);
await rh("trigger", "alert", "--node", "kitchen");
await pause(9000);
await running.stage.flush();
console.log(await rh("destinations", "ls"));
console.log(await rh("destinations", "show", "erp"));
const c = await startConsole({
  reach: async () => withLiveTables(await reachRunningStage(running.dataDir)),
  port: 0,
});
const browser = await startBrowser();
const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
page.on("response", (r) => {
  if (r.status() >= 400) console.log("HTTP", r.status(), r.url());
});
page.on("console", (m) => {
  if (m.type() === "error") console.log("CONSOLE", m.text());
});
await page.goto(c.address());
const events = JSON.parse(
  await rh("events", "--last", "3", "--json").then((t) => `[${t.trim().split("\n").join(",")}]`),
);
const last = events.flat().at(-1);
console.log(JSON.stringify(last).slice(0, 200));
const views: [string, string, string, number][] = [
  ["webhooks", "/webhooks", "light", 1200],
  ["erp", "/destinations/erp?state=failed", "light", 1200],
  ["crm", "/destinations/crm", "dark", 1200],
  ["pager", "/destinations/pager", "light", 390],
  ["event", `/events/${last.id}?at=${last.sentAtMs}`, "light", 1200],
  ["event-phone", `/events/${last.id}?at=${last.sentAtMs}`, "dark", 390],
  ["nobody", "/destinations/nobody", "light", 1200],
  ["noevent", "/events/none?at=5", "light", 1200],
];
for (const [name, path, colorScheme, width] of views) {
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme: colorScheme as "light" });
  await page.goto(`${c.origin}${path}`);
  await page.waitForTimeout(4000);
  if (name === "erp") {
    await page.locator(".delivery").first().click();
    await page.waitForTimeout(1500);
  }
  await page.screenshot({ path: `/tmp/shots/${name}.png`, fullPage: true });
}
writeFileSync("/tmp/shots/done", "");
await browser.close();
await c.stop();
await running.stop();
await good.stop();
await bad.stop();
process.exit(0);
