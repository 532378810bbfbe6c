import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { eventually } from "@rainhooks/testing/eventually";
import { defineWebhook } from "@rainhooks/webhook/define";
import { openWatch } from "./watch.ts";

const DEFINITION = {
  name: "door-bell",
  description: "For this test.",
  events: ["rmaker.event.alert"],
} as const;

test("what changes before the stage runs is loaded once it does, and the code it starts from stays until then", async () => {
  const rootDir = await mkdtemp(join(tmpdir(), "watch-"));
  const sourceDir = join(rootDir, "src");
  const outDir = join(rootDir, "out");
  await mkdir(sourceDir);
  const handler = (value: string) =>
    writeFile(join(sourceDir, "handler.ts"), `export const handler = "${value}";`);
  const webhook = defineWebhook(DEFINITION);
  await writeFile(
    join(sourceDir, "webhook.ts"),
    `export const doorBell = ${JSON.stringify(webhook)};`,
  );
  await handler("first");
  const lines: string[] = [];
  const watch = openWatch({
    webhooks: [webhook],
    rootDir,
    outDir,
    sourceDir: () => sourceDir,
    builtDir: () => "",
    print: (line) => lines.push(line),
  });
  const dir = await watch.bundleDir(webhook.name);
  const folders = () => readdir(join(outDir, webhook.name));
  await handler("second");
  await eventually(folders, (names) => names.length > 1);
  const loaded: string[] = [];
  watch.start(
    { reload: async (_, next) => void loaded.push(next, ...(await folders())) },
    (one) => one,
  );
  await eventually(
    () => lines,
    (all) => all.length > 0,
  );
  await watch.stop();
  expect(lines).toEqual([expect.stringContaining("door-bell reloaded in")]);
  expect(loaded).toEqual([join(outDir, webhook.name, "2"), "1", "2"]);
  expect(dir).toBe(join(outDir, webhook.name, "1"));
  await rm(rootDir, { recursive: true });
});
