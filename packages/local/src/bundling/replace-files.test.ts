import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { replaceFile, replaceFolder } from "./replace-files.mjs";

const TIMES = 40;
const SCRIPT = `
import { replaceFile, replaceFolder } from ${JSON.stringify(new URL("./replace-files.mjs", import.meta.url).href)};
const [folder, name] = process.argv.slice(2);
for (let time = 0; time < ${TIMES}; time++) {
  const text = Buffer.from(name + "-" + time);
  await replaceFolder(folder + "/built", [["index", text], ["chunk", text], ["of-" + name, text]]);
  await replaceFile(folder + "/built.zip", text);
}
`;

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "replace-"));
  await writeFile(join(root, "run.mjs"), SCRIPT);
});
afterAll(() => rm(root, { recursive: true }));

test("several processes replace a folder and a file: what is there is of one of them, and whole", async () => {
  const names = ["a", "b", "c", "d"];
  const run = (name: string) =>
    promisify(execFile)(process.execPath, [join(root, "run.mjs"), root, name]);
  await Promise.all(names.map(run));
  const built = await readdir(join(root, "built"));
  const texts = await Promise.all(built.map((name) => readFile(join(root, "built", name), "utf8")));
  expect(texts).toEqual(Array(3).fill(expect.stringMatching(new RegExp(`^[a-d]-${TIMES - 1}$`))));
  expect(new Set(texts).size).toBe(1);
  expect(built).toContain(`of-${texts[0]?.slice(0, 1)}`);
  expect(await readFile(join(root, "built.zip"), "utf8")).toMatch(
    new RegExp(`^[a-d]-${TIMES - 1}$`),
  );
  expect((await readdir(root)).sort()).toEqual(["built", "built.zip", "run.mjs"]);
});

test("a folder that has the files stays, and one that has others, more or fewer does not", async () => {
  const folder = join(root, "folder");
  const files = (...all: readonly string[]) =>
    all.map((text) => [text.slice(0, 1), Buffer.from(text)] as const);
  const filledIn = async (...all: readonly string[]) => {
    await replaceFolder(folder, files(...all));
    expect((await readdir(folder)).sort()).toEqual(all.map((text) => text.slice(0, 1)));
    return (await stat(folder)).ino;
  };
  const first = await filledIn("a1", "b1");
  expect(await filledIn("a1", "b1")).toBe(first);
  expect(await filledIn("a1", "b2")).not.toBe(first);
  expect(await readFile(join(folder, "b"), "utf8")).toBe("b2");
  await filledIn("a1");
  await filledIn("a1", "c1");
  await replaceFile(join(root, "file"), "text");
  expect(await readFile(join(root, "file"), "utf8")).toBe("text");
});
