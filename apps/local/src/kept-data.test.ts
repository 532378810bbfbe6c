import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { FIRST_RUN_FILE } from "./first-run/first-run.ts";
import { deleteKeptData, WATCH_FOLDER, writeFleets } from "./kept-data.ts";
import { startRainmakerStage } from "./testing/index.ts";

it("deletes all that a stage has left in its folder, and nothing else", async () => {
  const running = await startRainmakerStage();
  await expect(deleteKeptData(running.dataDir)).rejects.toThrow(`A stage already runs on ${running.dataDir}`);
  await running.rainmaker.stop({ quiet: true });
  await running.stage.stop();
  await writeFleets(running.dataDir, 1);
  for (const file of [FIRST_RUN_FILE, "secret-destinations.json", "sizes.json"])
    await writeFile(join(running.dataDir, file), "{}");
  await mkdir(join(running.dataDir, WATCH_FOLDER), { recursive: true });
  expect(await readdir(running.dataDir)).toEqual(expect.arrayContaining(["rainmaker", "fleet.json"]));
  await writeFile(join(running.dataDir, "mine.txt"), "mine");
  await deleteKeptData(running.dataDir);
  expect(await readdir(running.dataDir)).toEqual(["lock", "mine.txt"]);
  await writeFile(join(running.dataDir, "lock", "CURRENT"), "MANIFEST-7\n");
  await deleteKeptData(running.dataDir);
  expect(await readdir(running.dataDir)).toEqual(["mine.txt"]);
  await rm(running.dataDir, { recursive: true });
});
