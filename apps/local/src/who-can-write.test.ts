import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, test } from "@jest/globals";
import { whoElseCanWrite } from "./local-data.ts";

let above: string;
let folder: string;

beforeEach(async () => {
  above = await mkdtemp(join(tmpdir(), "rainhooks-who-"));
  folder = join(above, "data");
  await mkdir(folder);
});
afterEach(() => rm(above, { recursive: true }));

it("whoElseCanWrite returns nothing for a folder that only its owner, or the group, can write to", async () => {
  for (const mode of [0o700, 0o755, 0o775]) {
    await chmod(folder, mode);
    expect(await whoElseCanWrite(folder)).toBeUndefined();
  }
  expect(await whoElseCanWrite(join(folder, "new", "one"))).toBeUndefined();
});

test.each([0o777, 0o1777, 0o702])(
  "whoElseCanWrite names a data folder with mode %o",
  async (mode) => {
    await chmod(folder, mode);
    expect(await whoElseCanWrite(folder)).toBe(
      `Every user of this machine can write to ${folder}, and so change the data, the code and the destinations of this stage. Forbid it: chmod o-w ${folder}`,
    );
    expect(await whoElseCanWrite(folder, "win32")).toBeUndefined();
  },
);

it("whoElseCanWrite names a folder above it in which others can replace it, which the sticky bit prevents", async () => {
  await chmod(above, 0o777);
  expect(await whoElseCanWrite(folder)).toContain(`chmod o-w ${above}`);
  expect(await whoElseCanWrite(join(folder, "new"))).toContain(`chmod o-w ${above}`);
  await chmod(above, 0o1777);
  expect(await whoElseCanWrite(folder)).toBeUndefined();
});
