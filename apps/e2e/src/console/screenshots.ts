/* Makes the pictures of the README: `npm run screenshots`. The fleet is simulated, and always the same. */
import { join } from "node:path";
import { startConsole } from "@rainhooks/app-console/serve";
import { startBrowser } from "@rainhooks/app-console/testing";
import { runTestFleet, startTestStage } from "@rainhooks/app-local/testing";
import { listNodes } from "@rainhooks/node-status";
import { nodeStatusTable } from "@rainhooks/node-status/table";

import { reachRunningStage, withLiveTables } from "@rainhooks/stage";
import { deployedName } from "@rainhooks/webhook/define";

const FOLDER = join(import.meta.dirname, "../../../../docs/images");
const FLEET = { seed: 1, nodes: 40, events: 1500, days: 2, duplicates: 0.05, undecodable: 0.01 };
const SIZE = { width: 1200, height: 720 };
/** Time in which a page has read the rest of what it shows. */
const SETTLED_MS = 4000;

const running = await startTestStage();
await runTestFleet(running, FLEET, () => undefined);
await running.stage.runScheduled();
const reader = {
  client: running.stage.clients.dynamodb,
  tableName: deployedName(running.stage.name, nodeStatusTable.name),
};
const { nodes } = await listNodes(reader, {
  state: "online",
  limit: FLEET.nodes,
  wanted: ({ config }) => config?.type === "Temperature Sensor",
});
const shown = await startConsole({
  reach: async () => withLiveTables(await reachRunningStage(running.dataDir)),
  port: 0,
});
const browser = await startBrowser();
const page = await browser.newPage({ viewport: SIZE });
await page.goto(shown.address());
const pictures = [
  ["console-fleet", "/", "light", "tbody tr"],
  ["console-node", `/nodes/${nodes[0]?.nodeId}`, "dark", ".plot canvas"],
  ["console-events", "/events", "light", ".delivery"],
] as const;
for (const [name, path, colorScheme, content] of pictures) {
  await page.emulateMedia({ colorScheme });
  await page.goto(`${shown.origin}${path}`);
  await page.locator(content).first().waitFor();
  await page.waitForTimeout(SETTLED_MS);
  if (name === "console-events") {
    await page.locator(".delivery").first().click();
    await page.waitForTimeout(SETTLED_MS / 4);
  }
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
}
await browser.close();
await shown.stop();
await running.stop();
