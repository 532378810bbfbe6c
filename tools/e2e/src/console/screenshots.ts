/* Makes the pictures of the README, of what the first `npm start` shows: `npm run screenshots`. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startConsole } from "@rainhooks/app-console/serve/console";
import { startBrowser } from "@rainhooks/app-console/testing/browser";
import { MAIN_PATH } from "@rainhooks/app-local/testing/main-path";
import { reachLiveStage } from "@rainhooks/stage/tables/live-tables";
import { eventually } from "@rainhooks/testing/eventually";
import { runCommand } from "../cli/testing/run-command.ts";

const FOLDER = join(import.meta.dirname, "../../../../docs/images");
const SIZE = { width: 1200, height: 720 };
/** Time in which a page has read the rest of what it shows. */
const SETTLED_MS = 4000;

const dataDir = await mkdtemp(join(tmpdir(), "screenshots-"));
const start = spawn(process.execPath, [MAIN_PATH, "--data", dataDir, "--console-port", "0"], {
  stdio: ["ignore", "pipe", "inherit"],
});
let out = "";
start.stdout.on("data", (part) => {
  out += part;
});
const ended = once(start, "exit");
await eventually(
  async () => out,
  (seen) => seen.includes("Ctrl-C ends it."),
);
const { alarms } = await eventually(
  async () =>
    JSON.parse(
      (await runCommand(["alarms", "ls", "--state", "all", "--json", "--data", dataDir])).out,
    ) as {
      readonly alarms: readonly { readonly rule: string; readonly nodeId: string }[];
    },
  (found) => found.alarms.length > 5,
);
const warm = alarms.find(({ rule }) => rule === "too-hot")?.nodeId;
const shown = await startConsole({
  reach: () => reachLiveStage(dataDir),
  port: 0,
});
const browser = await startBrowser();
const page = await browser.newPage({ viewport: SIZE });
await page.goto(shown.address());
const pictures = [
  ["console-fleet", "/", "light", "tbody tr"],
  ["console-node", `/nodes/${warm}`, "dark", ".plot svg"],
  ["console-events", "/events", "light", "tbody tr"],
] as const;
for (const [name, path, colorScheme, content] of pictures) {
  await page.emulateMedia({ colorScheme });
  await page.goto(`${shown.origin}${path}`);
  await page.locator(content).first().waitFor();
  await page.waitForTimeout(SETTLED_MS);
  if (name === "console-node") await page.mouse.wheel(0, SIZE.height / 3);
  if (name === "console-events") await page.locator("tbody tr").first().click();
  await page.waitForTimeout(SETTLED_MS / 4);
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
}
await browser.close();
await shown.stop();
start.kill("SIGINT");
await ended;
await rm(dataDir, { recursive: true });
