import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, it } from "@jest/globals";
import { GUARDS } from "./guards.ts";

const ROOT = resolve(import.meta.dirname, "../../../..");

it.each(GUARDS)("the battery can remove the guard $name", async ({ file, code }) => {
  const text = await readFile(join(ROOT, file), "utf8");
  expect(text.split(code)).toHaveLength(2);
});
