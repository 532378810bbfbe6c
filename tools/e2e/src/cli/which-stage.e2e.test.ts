import { mkdir, mkdtemp, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startTestStage, type TestStage } from "@rainhooks/app-local/testing/test-stage";
import { runCommand } from "./testing/run-command.ts";

describe("a command without --data", () => {
  let folder: string;
  let dataDir: string;
  let running: TestStage;

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "which-stage-")));
    dataDir = join(folder, ".rainhooks");
    await mkdir(join(folder, "some", "where"), { recursive: true });
    running = await startTestStage();
    await symlink(running.dataDir, dataDir);
  });
  afterAll(async () => {
    await running.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs a command in a folder: npm and the packed command pass the caller's folder so. */
  const runIn = (from: string, args: readonly string[], variables: Record<string, string> = {}) =>
    runCommand(args, "", { INIT_CWD: join(folder, from), RAINHOOKS_DATA: undefined, ...variables });

  it("a command uses the stage of its folder, and does not say so", async () => {
    const { code, err } = await runIn("", ["count", "--json"]);
    expect([code, err]).toEqual([0, ""]);
  });

  it("a command uses the stage of a folder above, and says which", async () => {
    const { code, out, err } = await runIn("some/where", ["count", "--json"]);
    expect([code, err]).toEqual([0, `Stage of ${dataDir}`]);
    expect(JSON.parse(out)).toBeInstanceOf(Object);
  });

  it("a command uses the stage that a variable names, says which, and prints hints that work without the variable", async () => {
    const variables = { RAINHOOKS_DATA: dataDir };
    const { code, err } = await runIn("..", ["count"], variables);
    expect([code, err]).toEqual([0, `Stage of ${dataDir} (RAINHOOKS_DATA)`]);
    const added = await runIn(
      "..",
      ["destinations", "add", "crm", "--url", "http://127.0.0.1:9/x"],
      variables,
    );
    expect(`${added.out}${added.err}`).toContain(
      `rainhooks destinations test crm --data ${dataDir}`,
    );
    const relative = await runIn("some", ["count"], { RAINHOOKS_DATA: "../.rainhooks" });
    expect(relative.code).toBe(0);
  });

  it("a command prefers --data, and ignores an empty variable, and any for a deployed stage", async () => {
    const wrong = { RAINHOOKS_DATA: "/nowhere" };
    expect(await runIn("", ["count", "--data", dataDir], wrong)).toMatchObject({
      code: 0,
      err: "",
    });
    expect((await runIn("", ["count"], { RAINHOOKS_DATA: "" })).code).toBe(0);
    expect(await runIn("", ["count"], wrong)).toMatchObject({
      code: 1,
      err: expect.stringContaining("No stage runs on /nowhere."),
    });
    const deployed = await runIn("", ["count", "--stage", "Not A Name"], wrong);
    expect(deployed.err).toContain("Not A Name is not a stage name");
  });

  it("verify ends with code 2, no verdict, if the stage cannot be reached", async () => {
    const { code, err } = await runIn("", ["verify", "node-status", "--data", "/nowhere"]);
    expect([code, err]).toEqual([2, expect.stringContaining("No stage runs on /nowhere.")]);
  });

  it("a command says where it has looked if no stage runs", async () => {
    const { code, err } = await runIn("..", ["count"], { HOME: join(folder, "..") });
    expect(code).toBe(1);
    expect(err).toMatch(
      /^No stage runs on \S+\.rainhooks, nor on \.rainhooks in \S+.*Start one with "npm start", or give its folder with --data or RAINHOOKS_DATA\.$/,
    );
  });
});
