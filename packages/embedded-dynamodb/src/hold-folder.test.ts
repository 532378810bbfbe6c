import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { holdFolder } from "./hold-folder.ts";

const PROGRAM = `
  import { holdFolder } from ${JSON.stringify(new URL("./hold-folder.ts", import.meta.url).href)};
  console.log((await holdFolder(process.argv[1])) === undefined ? "refused" : "held");
  setInterval(() => undefined, 1_000_000);
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hold-folder-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Holds the folder in another process. */
async function another() {
  const args = ["--no-warnings", "--input-type=module", "--eval", PROGRAM, folder];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [said] = await once(child.stdout, "data");
  const kill = async () => {
    child.kill("SIGKILL");
    await once(child, "close");
  };
  return { said: String(said).trim(), kill };
}

it("a folder is refused while another process holds it, and is free after that process was killed", async () => {
  const first = await another();
  expect([first.said, await holdFolder(folder)]).toEqual(["held", undefined]);
  await first.kill();
  const release = await holdFolder(folder);
  expect(release).toBeDefined();
  // Neither who asks here nor who asks elsewhere ends it.
  expect(await holdFolder(join(folder, "../", folder.split("/").at(-1) ?? ""))).toBeUndefined();
  const second = await another();
  expect(second.said).toBe("refused");
  await second.kill();
  await release?.();
  const third = await another();
  expect(third.said).toBe("held");
  await third.kill();
});

it("holdFolder says why a folder cannot be used", async () => {
  await writeFile(join(folder, "CURRENT"), "MANIFEST-7\n");
  await expect(holdFolder(folder)).rejects.toThrow(/MANIFEST-7/);
  await rm(join(folder, "CURRENT"));
  await (await holdFolder(folder))?.();
});
