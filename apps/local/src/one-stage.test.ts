import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { holdData } from "@rainhooks/local/aws/stage/hold-data";
import { findRunningStage } from "@rainhooks/stage/stage-file";
import { deleteLocalData } from "./local-data.ts";
import { startStageOn } from "./testing/test-stage.ts";

it("one stage runs on a folder: of several starts at once, one succeeds, and the others change nothing", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "one-stage-"));
  const problems: string[] = [];
  const start = () => startStageOn(dataDir, (text) => problems.push(text));
  const release = await holdData(dataDir);
  await expect(start()).rejects.toThrow(`A stage starts or ends on ${dataDir}.`);
  await expect(deleteLocalData(dataDir)).rejects.toThrow(`A stage starts or ends on ${dataDir}.`);
  await release?.();
  const starts = await Promise.allSettled([start(), start(), start()]);
  const refusals = starts
    .filter((one) => one.status === "rejected")
    .map(({ reason }) => String(reason));
  expect(refusals).toEqual(Array(2).fill(expect.stringContaining("A stage starts or ends on")));
  const [running] = starts.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  if (running === undefined) throw new Error("No stage runs.");
  expect((await findRunningStage(dataDir))?.endpoint).toBe(running.endpoint);
  for (const refused of [start, () => deleteLocalData(dataDir)])
    await expect(refused()).rejects.toThrow(`A stage already runs on ${dataDir}`);
  expect((await findRunningStage(dataDir))?.endpoint).toBe(running.endpoint);
  await running.stop();
  const next = await start();
  expect((await findRunningStage(dataDir))?.endpoint).toBe(next.endpoint);
  await next.stop();
  expect([problems, (await readdir(dataDir)).includes("stage.json")]).toEqual([[], false]);
  await rm(dataDir, { recursive: true });
});
