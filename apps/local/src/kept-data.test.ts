import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { deleteKeptData } from "./kept-data.ts";
import { startTestStage } from "./testing/index.ts";

it("deletes all that a stage has left in its folder, and nothing else", async () => {
  const running = await startTestStage({ functions: [] });
  await expect(deleteKeptData(running.dataDir)).rejects.toThrow(`A stage runs on ${running.dataDir}`);
  await running.stage.stop();
  expect((await readdir(running.dataDir)).length).toBeGreaterThan(4);
  await writeFile(join(running.dataDir, "mine.txt"), "mine");
  await deleteKeptData(running.dataDir);
  expect(await readdir(running.dataDir)).toEqual(["mine.txt"]);
  await rm(running.dataDir, { recursive: true });
});
