import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { readStageFile } from "./stage-file.ts";

describe("the file of a stage whose destinations the local stage has", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "stage-file-"));
    await writeFile(join(folder, "crm.json"), '{"text":"{{data.message}}"}');
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** Each file is loaded once in a process. */
  async function written(name: string, text: string): Promise<string> {
    const file = join(folder, `${name}.ts`);
    await writeFile(file, text);
    return file;
  }

  it("is none by default, and may declare none", async () => {
    expect(await readStageFile(undefined)).toEqual({ items: [] });
    expect(await readStageFile(await written("none", "export const stage = {};"))).toEqual({ items: [] });
  });

  it("has templates beside it", async () => {
    const text =
      'export const stage = { destinations: { crm: { url: "http://localhost:1/x", template: "crm.json" } } };';
    const { items } = await readStageFile(await written("one", text));
    expect(items).toEqual([
      expect.objectContaining({ id: { S: "crm" }, template: { S: '{"text":"{{data.message}}"}' } }),
    ]);
  });

  test.each([
    ["syntax", "export const = 1;", /syntax\.ts cannot be loaded: /],
    ["nothing", "export const dev = {};", /nothing\.ts exports no stage\.$/],
    [
      "wrong",
      'export const stage = { destinations: { crm: { url: "x" }, Erp: { target: "a", template: "no.json" } } };',
      /destinations\.crm\.url .* destinations\.Erp\.template cannot be read: .*no\.json.* destinations\.Erp\.id must be/,
    ],
  ])("is refused with %s wrong", async (name, text, message) => {
    await expect(readStageFile(await written(name, text))).rejects.toMatchObject({
      code: "stage-failed",
      message: expect.stringMatching(message),
    });
  });
});
