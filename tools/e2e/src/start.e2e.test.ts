import { spawn } from "node:child_process";
import { access, mkdir, readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, test } from "@jest/globals";
import { MAIN_PATH } from "@rainhooks/app-local/testing/main-path";
import { eventually } from "@rainhooks/testing/eventually";
import { listenOnLoopback } from "@rainhooks/testing/listen";
import { useStart } from "./use-start.ts";

/** The program behind npm's scripts. */
const RUN_PATH = join(import.meta.dirname, "../../build/bin/run.mjs");

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("npm start", () => {
  const { start, folderOf } = useStart();

  it("npm start accounts for every message and ends by itself, also on the data of an earlier run", async () => {
    // The first 36 are of nodes that start: at night, lamps are not used, and thermometers send
    // once an hour.
    const fleet = ["--nodes", "12", "--events", "150", "--seed", "3"];
    for (const deliveries of [150, 300]) {
      const { code, out } = await start([...fleet, "--exit", "--data", folderOf("twice")]);
      expect(out).toContain("Every message is accounted for.");
      // The nodes of the first fleet were disconnected at its end, which also published events.
      expect(Number(/Archive: (\d+) deliveries/.exec(out)?.[1])).toBeGreaterThanOrEqual(deliveries);
      expect(out).toMatch(/Nodes: \d+ known, \d+ online, \d+ offline/);
      expect(`${code}\n${out}`).toMatch(/^0\n/);
    }
  });

  it("npm start runs until Ctrl-C, and then leaves no process running", async () => {
    const dataDir = folderOf("stays");
    const { code, out } = await start(["--events", "0", "--data", dataDir], (seen, stop) => {
      if (seen.includes("Ctrl-C ends it.")) stop();
    });
    expect(code).toBe(0);
    const endpoint = /AWS endpoint\s+(\S+)/.exec(out)?.[1] ?? "";
    await expect(fetch(`${endpoint}/health`)).rejects.toThrow();
    await expect(access(join(dataDir, "stage.json"))).rejects.toThrow();
  });

  it("npm start ends with the shell in which npm has started it, and so does a command", async () => {
    const dataDir = folderOf("orphan");
    const inShell = async (args: readonly string[], until: RegExp) => {
      const shell = spawn(
        "sh",
        ["-c", '"$@" & echo "pid $!"; wait', "sh", process.execPath, ...args],
        {
          env: { PATH: process.env["PATH"], npm_lifecycle_event: "start" },
        },
      );
      let out = "";
      for (const stream of [shell.stdout, shell.stderr])
        stream.on("data", (chunk) => (out += chunk));
      await eventually(
        () => until.test(out),
        (seen) => seen,
      );
      return async () => {
        shell.kill("SIGTERM");
        const pid = Number(/^pid (\d+)$/m.exec(out)?.[1]);
        await eventually(
          () => isAlive(pid),
          (alive) => !alive,
        );
      };
    };
    const endStage = await inShell(
      [MAIN_PATH, "--events", "0", "--console-port", "0", "--data", dataDir],
      /Ctrl-C ends it\./,
    );
    const endCommand = await inShell(
      [RUN_PATH, "rainhooks", "console", "--port", "0", "--data", dataDir],
      /Console of/,
    );
    await endCommand();
    await endStage();
    await expect(access(join(dataDir, "stage.json"))).rejects.toThrow();
  });

  it("npm start reports which port is in use", async () => {
    const server = createServer();
    const { port } = new URL(await listenOnLoopback(server));
    const { code, out } = await start(["--exit", "--port", port, "--data", folderOf("port")]);
    server.close();
    expect(code).toBe(1);
    expect(out.trim()).toBe(
      `Port ${port} is already in use. Choose another one with --port, or omit --port to use a free port.`,
    );
  });

  it("npm start reports a data folder that cannot be used", async () => {
    const file = folderOf("a-file");
    await writeFile(file, "");
    for (const data of [file, "/proc/nowhere"]) {
      const { code, out } = await start(["--exit", "--data", data]);
      expect(code).toBe(1);
      expect(out).toMatch(
        /^The data folder \S+ cannot be used: .*Choose another one with --data\.\n$/,
      );
    }
  });

  it.each(["--fresh", "--watch", "--exit"])(
    "npm start refuses a folder of somebody else (%s), and changes nothing in it",
    async (flag) => {
      const data = folderOf(`others${flag}`);
      await mkdir(join(data, "logs"), { recursive: true });
      await writeFile(join(data, "logs/precious.txt"), "precious");
      const { code, out } = await start([flag, "--data", data]);
      expect([code, out]).toEqual([
        1,
        expect.stringMatching(/^\S+ is not empty, and no folder of a stage.*\n$/),
      ]);
      expect(await readdir(data, { recursive: true })).toEqual(["logs", "logs/precious.txt"]);
    },
  );

  it.each([
    ["--webhooks", "dor-bell"],
    ["--set", "dor-bell.volume=1"],
    ["--set", "hello.volume=1"],
    ["--source", "nowhere"],
    ["--events", "many"],
  ])("npm start refuses %s %s before it deletes anything", async (flag, value) => {
    const data = folderOf(`kept${flag}-${value}`);
    await mkdir(join(data, "logs"), { recursive: true });
    await writeFile(join(data, "rainhooks-stage"), "rainhooks\n");
    const { code, out } = await start(["--fresh", flag, value, "--data", data]);
    expect([code, out]).toEqual([2, expect.stringMatching(/^npm start: .*\n$/)]);
    expect((await readdir(data)).toSorted()).toEqual(["logs", "rainhooks-stage"]);
  });

  test.each([
    [["--events", "many"], "whole number"],
    [["--sideways"], "There is no option --sideways."],
  ])("npm start rejects %j with a clear line", async (args, message) => {
    const { code, out } = await start(args);
    expect(code).toBe(2);
    expect(out).toContain(message);
    expect(out).not.toContain("    at ");
  });

  it("npm start prints its flags", async () => {
    const { code, out } = await start(["--help"]);
    expect(code).toBe(0);
    expect(out).toContain("rainhooks start --events 5000 --exit");
  });
});
