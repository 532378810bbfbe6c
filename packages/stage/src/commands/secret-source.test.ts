import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { readNamedSecret, readSecret } from "./read-input.ts";

describe("a secret", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "rainhooks-options-"));
    await writeFile(join(folder, "secret"), "from a file\r\n");
    process.env["RAINHOOKS_TEST_SECRET"] = "from a variable";
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("a secret is read from its source, without the line end of a file", async () => {
    expect(await readSecret("--url-from", `file:${join(folder, "secret")}`)).toBe("from a file");
    expect(await readNamedSecret("--header-from", "X-B = env:RAINHOOKS_TEST_SECRET")).toBe(
      "X-B: from a variable",
    );
  });

  test.each([
    ["hidden", "--header-from is a name and a place"],
    ["=env:HOME", "--header-from is a name and a place"],
    ["X: hidden=env:HOME", "--header-from is a name and a place"],
    ["X=hidden", "--header-from X says where the secret is: env:<variable>"],
    ["X=env:RAINHOOKS_UNSET", "the environment variable RAINHOOKS_UNSET is not set"],
    ["X=file:/nowhere/x", "file:/nowhere/x cannot be read"],
  ])("a secret at %s is refused, and not shown", async (text, reason) => {
    const refused = readNamedSecret("--header-from", text);
    await expect(refused).rejects.toMatchObject({
      code: "input-invalid",
      message: expect.stringContaining(reason),
    });
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining("hidden") });
  });
});
