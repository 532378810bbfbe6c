import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { FunctionPool } from "./function-pool.ts";

/** A function that waits until a file exists, and then returns. */
const WAITS = `
import { access } from "node:fs/promises";
export const handler = async ({ until }) => {
  while (!(await access(until).then(() => true, () => false))) await new Promise((r) => setTimeout(r, 10));
  return process.pid;
};`;

describe("a pool of processes of one function", () => {
  let folder: string;
  let pool: FunctionPool;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "pool-"));
    await writeFile(join(folder, "index.mjs"), WAITS);
    pool = new FunctionPool(
      {
        name: "waits",
        bundleDir: folder,
        memoryMiB: 128,
        timeoutS: 20,
        environment: {},
        onLine: () => undefined,
      },
      2,
    );
  });
  afterEach(async () => {
    await pool.stop();
    await rm(folder, { recursive: true });
  });

  it("a function pool runs invocations concurrently up to the maximum, the others afterwards, in that many processes", async () => {
    expect(await pool.start()).toMatchObject({ kind: "result" });
    const first = join(folder, "first");
    const second = join(folder, "second");
    const waiting = [first, second, second].map((until) => pool.invoke({ until }));
    // The second and third can only end while the first still runs, on another process.
    await writeFile(second, "");
    const [b, c] = await Promise.all(waiting.slice(1));
    expect(b).toEqual(c);
    await writeFile(first, "");
    expect(await waiting[0]).not.toEqual(b);
    expect(pool.pids()).toHaveLength(2);
  });

  it("a function pool runs further invocations with another bundle, while running and waiting ones end", async () => {
    await pool.start();
    const file = join(folder, "file");
    const old = [file, file].map((until) => pool.invoke({ until }));
    const waiting = pool.invoke({ until: file });
    const next = await mkdtemp(join(folder, "next-"));
    await writeFile(join(next, "index.mjs"), "export const handler = async () => 'next';");
    expect(await pool.reload(next)).toMatchObject({ kind: "result" });
    // The running invocations occupy no place of the new bundle.
    expect(await waiting).toEqual({ kind: "result", result: "next" });
    expect(await pool.invoke({})).toEqual({ kind: "result", result: "next" });
    await writeFile(file, "");
    for (const one of await Promise.all(old))
      expect(one).toMatchObject({ result: expect.any(Number) });
    expect(pool.pids()).toHaveLength(1);
  });

  it("a function pool keeps its bundle when another bundle does not load", async () => {
    await pool.start();
    const file = join(folder, "file");
    await writeFile(file, "");
    const before = await pool.invoke({ until: file });
    const broken = await mkdtemp(join(folder, "broken-"));
    await writeFile(join(broken, "index.mjs"), "undefinedName;");
    expect(await pool.reload(broken)).toMatchObject({
      kind: "error",
      error: {
        errorMessage: "undefinedName is not defined",
        place: expect.stringMatching(/:1:1$/),
      },
    });
    expect(await pool.invoke({ until: file })).toEqual(before);
    expect(pool.pids()).toHaveLength(1);
  });
});
