import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { readStageFile } from "./stage-file.ts";

describe("the file of a stage for the local stage", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "stage-file-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** Each file is loaded once in a process. */
  async function written(name: string, text: string): Promise<string> {
    const file = join(folder, `${name}.ts`);
    await writeFile(file, text);
    return file;
  }

  it("is none by default, and may declare nothing", async () => {
    for (const file of [undefined, await written("none", "export const stage = {};")])
      for (const { mistakes } of await readStageFile(file)) expect(mistakes).toEqual([]);
  });

  test.each([
    ["syntax", "export const = 1;", /syntax\.ts cannot be loaded: /],
    ["nothing", "export const dev = {};", /nothing\.ts exports no stage\.$/],
  ])("is refused with %s wrong", async (name, text, message) => {
    await expect(readStageFile(await written(name, text))).rejects.toMatchObject({
      code: "stage-failed",
      message: expect.stringMatching(message),
    });
  });
});
