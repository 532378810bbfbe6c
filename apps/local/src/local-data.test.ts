import {
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it, test } from "@jest/globals";
import { holdData, makeDataFolder } from "@rainhooks/local/aws/stage/hold-data";
import { FIRST_RUN_FILE } from "./first-run.ts";
import { deleteLocalData, WATCH_FOLDER, writeFleets } from "./local-data.ts";
import { startRainmakerStage } from "./testing/rainmaker-stage.ts";

const MARK = "rainhooks-stage";

it("deleteLocalData deletes all that a stage has left in its folder, and nothing else", async () => {
  const running = await startRainmakerStage();
  await expect(deleteLocalData(running.dataDir)).rejects.toThrow(
    `A stage already runs on ${running.dataDir}`,
  );
  await running.rainmaker.stop({ quiet: true });
  await running.stage.stop();
  await writeFleets(running.dataDir, 1);
  for (const file of [FIRST_RUN_FILE, "console-sessions.json"])
    await writeFile(join(running.dataDir, file), "{}");
  await mkdir(join(running.dataDir, "secret-destinations"));
  await writeFile(join(running.dataDir, "secret-destinations", "crm.json"), "hidden");
  await mkdir(join(running.dataDir, WATCH_FOLDER), { recursive: true });
  expect(await readdir(running.dataDir)).toEqual(
    expect.arrayContaining(["rainmaker", "fleet.json"]),
  );
  await writeFile(join(running.dataDir, "mine.txt"), "mine");
  await deleteLocalData(running.dataDir);
  expect(await readdir(running.dataDir)).toEqual(["lock", "mine.txt", MARK]);
  await writeFile(join(running.dataDir, "lock", "CURRENT"), "MANIFEST-7\n");
  await deleteLocalData(running.dataDir);
  expect(await readdir(running.dataDir)).toEqual(["mine.txt", MARK]);
  await rm(running.dataDir, { recursive: true });
});

/** What may be in a folder of somebody else: a stage uses most of these names, too. */
const NAMES = [
  "logs",
  "tables",
  "objects",
  "queues",
  "firehose",
  "lock",
  "rainmaker",
  "watch",
  "stage.json",
  "fleet.json",
  "stage.json.new",
  "secret-destinations",
  FIRST_RUN_FILE,
  "notes.txt",
  ".git",
  " ",
];
const KINDS = ["file", "empty folder", "folder with a file", "link", "link to nothing"] as const;
const FOLDERS = [
  ...NAMES.flatMap((name) => KINDS.map((kind) => [{ name, kind }])),
  // What has the name of the mark is no mark.
  ...KINDS.filter((kind) => kind !== "file").map((kind) => [{ name: MARK, kind }]),
  ...KINDS.map((kind) => NAMES.map((name) => ({ name, kind }))),
];

test.each(["data", "linked"])(
  "a folder (%s) with anything in it that no stage has made is refused, and left as it is",
  async (name) => {
    for (const entries of FOLDERS) {
      const root = await mkdtemp(join(tmpdir(), "others-"));
      await make(join(root, "outside"), "folder with a file", root);
      for (const { name, kind } of entries)
        await make(join(root, "data", name), kind, join(root, "outside"));
      await symlink("data", join(root, "linked"));
      const before = await contentOf(root);
      for (const refused of [deleteLocalData, holdData, makeDataFolder])
        await expect(refused(join(root, name))).rejects.toThrow(
          "is not empty, and no folder of a stage",
        );
      expect([entries, await contentOf(root)]).toEqual([entries, before]);
      await rm(root, { recursive: true });
    }
  },
);

test("a folder that is new, or empty, or whose mark was not written to its end becomes that of a stage", async () => {
  const root = await mkdtemp(join(tmpdir(), "claimed-"));
  await mkdir(join(root, "empty"));
  await mkdir(join(root, "killed"));
  await writeFile(join(root, "killed", MARK), "");
  for (const name of ["new/and/deep", "empty", "killed"]) {
    const dataDir = join(root, name);
    await Promise.all([makeDataFolder(dataDir), makeDataFolder(dataDir), makeDataFolder(dataDir)]);
    await (await holdData(dataDir))?.();
    await deleteLocalData(dataDir);
    expect(await readdir(dataDir)).toEqual(["lock", MARK]);
  }
  await rm(root, { recursive: true });
});

test("a link that somebody has put in a stage's folder is deleted, and not what it leads to", async () => {
  const root = await mkdtemp(join(tmpdir(), "links-"));
  await make(join(root, "elsewhere"), "folder with a file", root);
  const before = await contentOf(join(root, "elsewhere"));
  await makeDataFolder(join(root, "data"));
  await symlink(join(root, "elsewhere"), join(root, "data", "tables"));
  await deleteLocalData(join(root, "data"));
  expect(await readdir(join(root, "data"))).not.toContain("tables");
  expect(await contentOf(join(root, "elsewhere"))).toEqual(before);
  await rm(root, { recursive: true });
});

async function make(path: string, kind: (typeof KINDS)[number], target: string): Promise<void> {
  await mkdir(kind.includes("folder") ? path : dirname(path), { recursive: true });
  if (kind === "file") await writeFile(path, "precious");
  else if (kind === "folder with a file") await writeFile(join(path, "precious.txt"), "precious");
  else if (kind.startsWith("link"))
    await symlink(kind === "link" ? target : join(target, "none"), path);
}

/** All that is in a folder, with its content. */
async function contentOf(folder: string): Promise<string[]> {
  const paths = (await readdir(folder, { recursive: true })).toSorted();
  return Promise.all(
    paths.map(async (path) => {
      const found = await lstat(join(folder, path));
      if (found.isSymbolicLink()) return `${path} -> ${await readlink(join(folder, path))}`;
      return found.isDirectory()
        ? `${path}/`
        : `${path}: ${await readFile(join(folder, path), "utf8")}`;
    }),
  );
}
