import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import {
  appendFile,
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { MAIN_PATH, withoutUnsetWebhooks } from "@rainhooks/app-local/testing/main-path";
import { openJournal } from "@rainhooks/local/aws/emulators/firehose/journal";
import { freePort } from "@rainhooks/testing/listen";

/** Runs `npm start` to its end; returns the lines of its output. */
function start(
  args: readonly string[],
  program = MAIN_PATH,
): Promise<{ code: number | null; lines: string[] }> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data) => (out += String(data)));
  const timer = setTimeout(() => child.kill("SIGKILL"), 540_000);
  return new Promise((resolve) =>
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({
        code,
        lines: withoutUnsetWebhooks(out)
          .split("\n")
          .filter((line) => line.trim() !== ""),
      });
    }),
  );
}

/** Runs `npm start` to its end. @throws with its output if it fails. */
async function startWell(args: readonly string[]): Promise<string[]> {
  const { code, lines } = await start(args);
  if (code !== 0) throw new Error(`npm start ended with ${code}:\n${lines.join("\n")}`);
  return lines;
}

describe("the data of a local stage", () => {
  let folder: string;
  let kept: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kept-"));
    kept = join(folder, "kept");
    await startWell(["--nodes", "12", "--events", "100", "--exit", "--data", kept]);
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function copyOf(name: string): Promise<string> {
    const copy = join(folder, name);
    await cp(kept, copy, { recursive: true });
    return copy;
  }

  it("the data are the same after a restart: the fleet is not simulated again, and only connected nodes are online", async () => {
    const data = await copyOf("again");
    await chmod(data, 0o777);
    const lines = await startWell(["--exit", "--data", data]);
    expect(lines.join("\n")).toContain("The data of an earlier start is kept");
    expect(lines.join("\n")).not.toContain("published");
    expect(lines).toContainEqual(expect.stringContaining(`can write to ${data}`));
    const output = await startWell(["--nodes", "12", "--events", "5", "--exit", "--data", data]);
    const [, known, online] = /Nodes: (\d+) known, (\d+) online/.exec(output.join("\n")) ?? [];
    expect(Number(known)).toBeGreaterThanOrEqual(12);
    expect(Number(online)).toBeLessThanOrEqual(5);
  });

  it("the data are deleted with --fresh, and nothing else in their folder", async () => {
    const data = await copyOf("fresh");
    await writeFile(join(data, "mine.txt"), "mine");
    await mkdir(join(data, "secret-destinations"));
    await writeFile(join(data, "secret-destinations", "crm.json"), "hidden");
    const lines = await startWell([
      "--nodes",
      "12",
      "--events",
      "50",
      "--fresh",
      "--exit",
      "--data",
      data,
    ]);
    expect(Number(/Archive: (\d+) deliveries/.exec(lines.join("\n"))?.[1])).toBe(50);
    expect(await readFile(join(data, "mine.txt"), "utf8")).toBe("mine");
    await expect(stat(join(data, "secret-destinations"))).rejects.toThrow("ENOENT");
  });

  test.each([["tables/CURRENT"], ["rainmaker/rainmaker.json"], ["queues/fauxqs.db"]])(
    "the data of a local stage with a broken %s are reported without a stack trace, with a remedy",
    async (file) => {
      const data = await copyOf(`broken-${file.replaceAll("/", "-")}`);
      const { size } = await stat(join(data, file));
      await truncate(join(data, file), Math.floor(size / 2));
      const { code, lines } = await start(["--events", "0", "--exit", "--data", data]);
      expect(code).toBe(1);
      const said = lines.join("\n");
      expect(said).not.toContain("    at ");
      expect(lines.at(-1)).toContain("--fresh");
    },
  );

  it("the data do not block a start when their process has ended, and its id was reused", async () => {
    const data = await copyOf("stale");
    const url = `http://127.0.0.1:${await freePort()}`;
    const file = {
      pid: process.pid,
      endpoint: url,
      topicArnPrefix: "",
      outputs: {
        stage: "local",
        region: "us-east-1",
        tables: {},
        webhooks: {},
        queryApi: { function: "q", url },
      },
    };
    await writeFile(join(data, "stage.json"), JSON.stringify(file));
    await startWell(["--events", "0", "--exit", "--data", data]);
  });

  it("a full disk is reported in one line, and ends the process with a failure", async () => {
    const small = join(folder, "small");
    await mkdir(small);
    const mounted =
      spawnSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", small]).status === 0;
    if (!mounted) {
      console.warn("A file system cannot be mounted here: the test of a full disk is left out.");
      return;
    }
    try {
      const { code, lines } = await start([
        "--events",
        "1500",
        "--exit",
        "--data",
        join(small, "data"),
      ]);
      expect(code).toBe(1);
      expect(lines.join("\n")).toContain("is full. Make room");
      const said = lines.join("\n");
      expect(said).toMatch(/no space left|disk is full/i);
      expect(said).not.toContain("    at ");
      expect(lines.length).toBeLessThan(60);
    } finally {
      spawnSync("umount", ["-l", small]);
    }
  });
});

/**
 * A folder with the data of a local stage for each release: what `npm run release -- --prepare` has
 * written.
 */
const RELEASES = join(import.meta.dirname, "../releases");

describe("the data of a release", () => {
  const releases = (existsSync(RELEASES) ? readdirSync(RELEASES) : []).toSorted((a, b) =>
    a.localeCompare(b, "en", { numeric: true }),
  );
  it("the data of a release are there for each version in CHANGELOG.md", async () => {
    const changelog = await readFile(join(import.meta.dirname, "../../../CHANGELOG.md"), "utf8");
    const versions = [...changelog.matchAll(/^## (\d+\.\d+\.\d+) /gm)].map(
      ([, version]) => version,
    );
    expect(releases.toSorted()).toEqual(versions.toSorted());
  });

  for (const version of releases)
    it(`${version} goes on with this version, and what that writes with ${version} again, if it is the last one`, async () => {
      const folder = await mkdtemp(join(tmpdir(), "release-"));
      const data = join(folder, "data");
      await cp(join(RELEASES, version), data, { recursive: true });
      const options = ["--nodes", "12", "--events", String(NEW_EVENTS), "--exit", "--data", data];
      const onward = await startWell(options);
      expect(archivedIn(onward)).toBeGreaterThan(NEW_EVENTS);
      if (version === releases.at(-1)) await goBack(version, folder, options, archivedIn(onward));
      await rm(folder, { recursive: true });
    });
});

/**
 * Runs the command of a release on data that this version has written, with so many archived
 * deliveries.
 */
async function goBack(
  version: string,
  folder: string,
  options: readonly string[],
  archived: number,
) {
  const released = await installReleased(version, folder);
  if (released === undefined) {
    console.warn(`rainhooks@${version} cannot be had: going back is left out.`);
    return;
  }
  const back = await start(["start", ...options], released);
  expect(back.code).toBe(0);
  expect(archivedIn(back.lines)).toBeGreaterThanOrEqual(archived + NEW_EVENTS);
}

const NEW_EVENTS = 60;

function archivedIn(lines: readonly string[]): number {
  return Number(/Archive: ([\d,]+) deliveries/.exec(lines.join("\n"))?.[1]?.replaceAll(",", ""));
}

/**
 * Installs the command of a release from the registry; returns its path, or `undefined` if the
 * registry has none.
 */
async function installReleased(version: string, folder: string): Promise<string | undefined> {
  const installed = spawnSync("npm", ["install", `rainhooks@${version}`, "--prefix", folder], {
    cwd: folder,
    shell: process.platform === "win32",
  });
  return installed.status === 0 ? join(folder, "node_modules/rainhooks/bin.mjs") : undefined;
}

describe("the journal of Firehose", () => {
  it("the journal keeps acknowledged records after a partial write, a crash, more records and a second crash", async () => {
    const folder = await mkdtemp(join(tmpdir(), "journal-"));
    const path = join(folder, "stream.journal");
    const texts = async () => {
      const { records } = await openJournal(path);
      return records.map(String);
    };
    const first = await openJournal(path);
    await first.journal.append([Buffer.from("one"), Buffer.from("two")]);
    await appendFile(path, Buffer.from([0, 0, 0, 9, 1, 2]));
    const second = await openJournal(path);
    expect(second.records.map(String)).toEqual(["one", "two"]);
    await second.journal.append([Buffer.from("three")]);
    expect(await texts()).toEqual(["one", "two", "three"]);
    await second.journal.clear();
    expect(await texts()).toEqual([]);
    await rm(folder, { recursive: true });
  });
});
