import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { bundleFunction } from "./bundle-function.mjs";

const FILES = {
  "handler.ts": 'import { LIST } from "./list.mjs"; export const handler = () => LIST;',
  "list.ts": 'import { notes } from "./extension.ts"; export const LIST = [notes];',
  "extension.ts":
    'export const notes = { name: "notes", commands: () => import("./commands.ts") };',
  // A Lambda function could not load it.
  "commands.ts": 'export { Command } from "a-package-of-programs";',
};

test("a bundle has a list in place of another one, and of its extensions nothing that a program loads later", async () => {
  const folder = await mkdtemp(join(tmpdir(), "bundle-function-"));
  try {
    for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, name), text);
    const replaced = { "./list.mjs": join(folder, "list.ts") };
    await bundleFunction({ entry: join(folder, "handler.ts"), folder, replaced });
    const code = await readFile(join(folder, "bundle/index.mjs"), "utf8");
    expect([code.includes('"notes"'), code.includes("a-package-of-programs")]).toEqual([
      true,
      false,
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
