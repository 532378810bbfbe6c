import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type DataFolderSearch, findDataFolder } from "./find-data-folder.ts";
import { writeStageFile } from "./stage-file.ts";

let root: string;
let server: Server;
let endpoint: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "rainhooks-find-")));
  await mkdir(join(root, "home", "project", "src"), { recursive: true });
  server = createServer((socket) => socket.destroy());
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  endpoint = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
});
afterEach(async () => {
  await new Promise((done) => server.close(done));
  await rm(root, { recursive: true });
});

/** Makes the data folder of a stage, which runs or has ended. */
async function stageIn(folder: string, isRunning = true): Promise<string> {
  const dataDir = join(root, folder, ".rainhooks");
  await mkdir(dataDir, { recursive: true });
  const outputs = { stage: "local", region: "us-east-1", tables: {}, parameters: {} };
  const all = { ...outputs, integration: "rainhooks-local", functions: {} };
  if (isRunning)
    await writeStageFile(dataDir, { pid: process.pid, endpoint, topicArnPrefix: "", outputs: all });
  return dataDir;
}

const find = (more: Partial<DataFolderSearch> = {}) =>
  findDataFolder({ from: join(root, "home/project/src"), home: join(root, "home"), ...more });

describe("the search for a stage", () => {
  it("the search for a stage finds the stage of the folder, then that of the nearest folder above with a running stage", async () => {
    const above = await stageIn("home");
    expect(await find()).toMatchObject({ dataDir: above, isRunning: true });
    await stageIn("home/project", false);
    expect(await find()).toMatchObject({ dataDir: above, isRunning: true });
    const near = await stageIn("home/project");
    expect(await find()).toMatchObject({ dataDir: near, isRunning: true });
    const here = await stageIn("home/project/src");
    expect(await find()).toMatchObject({ dataDir: here, isRunning: true });
  });

  it("the search for a stage goes up to the home folder, or to the root outside of it", async () => {
    const top = await stageIn("");
    expect((await find()).looked).toEqual(
      ["home/project/src", "home/project", "home"].map((one) => join(root, one)),
    );
    expect(await find()).toMatchObject({
      isRunning: false,
      dataDir: join(root, "home/project/src/.rainhooks"),
    });
    const elsewhere = await find({ home: "/nobody" });
    expect(elsewhere).toMatchObject({ dataDir: top, isRunning: true });
    expect(elsewhere.looked.at(-1)).toBe("/");
  });

  it("the search for a stage returns a folder whose stage has ended if none runs, or the folder for a new stage", async () => {
    expect(await find({ clone: join(root, "clone") })).toMatchObject({
      dataDir: join(root, "clone/.rainhooks"),
      isRunning: false,
    });
    const ended = await stageIn("home/project", false);
    expect(await find()).toMatchObject({ dataDir: ended, isRunning: false, leftOut: [] });
    await writeFile(join(ended, "stage.json"), "{}");
    expect(await find()).toMatchObject({ dataDir: ended, isRunning: false });
  });

  it("the search for a stage looks at a clone last, and once", async () => {
    const clone = await stageIn("clone");
    expect(await find({ clone: join(root, "clone") })).toMatchObject({
      dataDir: clone,
      isRunning: true,
    });
    const near = await stageIn("home");
    const found = await find({ clone: join(root, "home") });
    expect([found.dataDir, found.looked.length]).toEqual([near, 3]);
  });

  it("the search for a stage leaves out a folder above that others can change, unless it is the clone's", async () => {
    const shared = await stageIn("home/project");
    await chmod(join(root, "home/project"), 0o777);
    expect(await find()).toMatchObject({
      isRunning: false,
      leftOut: [
        {
          dataDir: shared,
          why: `every user of this machine can write to ${join(root, "home/project")}`,
        },
      ],
    });
    expect(await find({ clone: join(root, "home/project") })).toMatchObject({
      dataDir: shared,
      isRunning: true,
    });
    expect(await find({ from: join(root, "home/project") })).toMatchObject({
      dataDir: shared,
      isRunning: true,
    });
  });

  it("the search for a stage leaves out a folder of another user, also here", async () => {
    const own = process.getuid;
    const dataDir = await stageIn("home/project/src");
    Object.defineProperty(process, "getuid", {
      value: () => -5,
      configurable: true,
      writable: true,
    });
    try {
      expect(await find()).toMatchObject({
        isRunning: false,
        leftOut: [{ dataDir, why: "it belongs to another user" }],
      });
    } finally {
      Object.defineProperty(process, "getuid", { value: own, configurable: true, writable: true });
    }
  });
});
