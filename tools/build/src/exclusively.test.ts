import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "@jest/globals";

const SCRIPT = `
import { appendFileSync } from "node:fs";
import { exclusively } from ${JSON.stringify(new URL("./exclusively.mjs", import.meta.url).href)};
const [folder, name, how] = process.argv.slice(2);
const say = (what) => appendFileSync(folder + "/log", name + " " + what + "\\n");
exclusively(folder, () => {
  say("begins");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30);
  say("ends");
  if (how === "exit") process.exit(0);
  if (how === "kill") process.kill(process.pid, "SIGKILL");
});
`;

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "exclusively-"));
  await writeFile(join(folder, "run.mjs"), SCRIPT);
});
afterAll(() => rm(folder, { recursive: true }));

test("processes follow each other, also when one of them exits inside, or is killed there", async () => {
  const run = (name: string, how: string) =>
    promisify(execFile)(process.execPath, [join(folder, "run.mjs"), folder, name, how]).catch(
      () => undefined,
    );
  // What a killed process leaves, several others see at once.
  const ways = ["kill", "return", "kill", "exit", "kill", "return"];
  for (const round of ["first", "second", "third"])
    await Promise.all(ways.map((how, index) => run(`${round}-${index}`, how)));
  await run("last", "return");
  const lines = (await readFile(join(folder, "log"), "utf8")).trim().split("\n");
  expect(lines).toHaveLength(2 * (3 * ways.length + 1));
  for (let index = 0; index < lines.length; index += 2)
    expect(lines[index + 1]).toBe(lines[index]?.replace("begins", "ends"));
});
