import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { SHIPPED_WEBHOOKS } from "@rainhooks/app-list";
import { MAIN_PATH } from "@rainhooks/app-local/testing/main-path";
import { runCommand } from "./cli/testing/run-command.ts";

/** The program behind `npm start`, which installs and builds first. */
const RUN_PATH = join(import.meta.dirname, "../../build/bin/run.mjs");

/** The only variables of a stage. */
const { PATH, NODE_COMPILE_CACHE } = process.env;

describe("npm start while a webhook is being developed", () => {
  let folder: string;
  const children = new Set<ChildProcess>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "develop-"));
  });
  afterAll(async () => {
    for (const child of children) child.kill("SIGKILL");
    await rm(folder, { recursive: true });
  });

  /** Runs the stage; \`onOutput\` may stop it. */
  function start(
    args: string[],
    onOutput: (out: string, child: ChildProcess) => void = () => undefined,
  ) {
    const child = spawn(process.execPath, [MAIN_PATH, ...args], {
      env: { PATH, NODE_COMPILE_CACHE },
    });
    children.add(child);
    let out = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        out += chunk;
        onOutput(out, child);
      });
    }
    return new Promise<{ code: number | null; out: string }>((resolve) => {
      child.on("close", (code) => {
        children.delete(child);
        resolve({ code, out });
      });
    });
  }

  /** Returns a function that does something once. */
  function once(action: () => void): () => void {
    let done = false;
    return () => {
      if (!done) action();
      done = true;
    };
  }

  it("npm start runs only the named webhook, without a fleet, and shows the outcome of each event", async () => {
    const data = ["--data", join(folder, "watch")];
    const trigger = once(
      () => void runCommand(["trigger", "node_connected", "--node", "mine", ...data]),
    );
    let stop: (() => void) | undefined;
    const { code, out } = await start(
      ["--webhooks", "hello", "--watch", ...data],
      (seen, child) => {
        stop ??= once(() => child.kill("SIGINT"));
        if (seen.includes("Ctrl-C ends it.")) trigger();
        if (/^\d\d:\d\d:\d\d {2}hello {2}node_connected {6} {2}mine {18} {2}handled$/m.test(seen))
          stop();
      },
    );
    expect(code).toBe(0);
    expect(out).toMatch(/^Stage "local" is up after \d+\.\d s: hello$/m);
    expect(out).toContain("Webhooks are reloaded when their code changes");
    expect(out).not.toContain("Simulating");
  });

  it("npm start simulates a fleet beside the webhook when the option says so", async () => {
    const data = ["--data", join(folder, "fleet")];
    let stop: (() => void) | undefined;
    const args = ["--webhooks", "hello", "--watch", "--events", "50", "--nodes", "3", ...data];
    const { code, out } = await start(args, (seen, child) => {
      stop ??= once(() => child.kill("SIGINT"));
      if (seen.includes("Ctrl-C ends it.")) stop();
    });
    expect(code).toBe(0);
    expect(out).toContain("Simulating a fleet of 3 MQTT nodes until 50 messages have reached SNS");
    expect(out).toMatch(/^\d\d:\d\d:\d\d {2}hello {2}\w+ .*filtered out$/m);
    expect(out).toMatch(/^ok +handled by hello/m);
    expect(out).not.toMatch(/archived|Archive:/);
    expect(out).toContain("Every message is accounted for.");
  });

  it("npm start accounts for every message at some of the webhooks", async () => {
    const { code, out } = await start([
      "--webhooks",
      "archive,node-status",
      "--nodes",
      "12",
      "--events",
      "100",
      "--exit",
      "--data",
      join(folder, "some"),
    ]);
    expect(out).toMatch(/ s: archive, node-status$/m);
    expect(out).toMatch(/^ok +archived +100 +100$/m);
    expect(out).toMatch(/^ok +node rows with the newest state/m);
    expect(out).not.toContain("hello");
    expect(code).toBe(0);
  });

  // The commands of processes are read from /proc.
  const testOnLinux = process.platform === "linux" ? test : test.skip;
  testOnLinux.each([
    [[], true],
    [["--allow-outside"], false],
  ])(
    "npm start with %j restricts what its functions send outside the machine: %s",
    async (flags, isBlocked) => {
      let processes = "";
      let stop: (() => void) | undefined;
      const args = [
        "--webhooks",
        "hello",
        "--events",
        "0",
        "--data",
        join(folder, `outside-${isBlocked}`),
        ...flags,
      ];
      await start(args, (seen, child) => {
        stop ??= once(() => {
          processes = commandsOfChildren(child.pid).join("\n");
          child.kill("SIGINT");
        });
        if (seen.includes("Ctrl-C ends it.")) stop();
      });
      expect(processes).toContain("bundle/runtime.js");
      expect(processes.includes("outside/preload.js")).toBe(isBlocked);
    },
  );

  it.each([
    ["--webhooks", [RUN_PATH, "start"]],
    ["--webhooks", [MAIN_PATH]],
  ])(
    "npm start refuses an unknown webhook of %s in one line, with the known ones",
    (flag, command) => {
      const known = SHIPPED_WEBHOOKS.map(({ name }) => name);
      const args = [...command, flag, "hello,dor-bell", "--data", join(folder, "none")];
      const result = spawnSync(process.execPath, args, { encoding: "utf8" });
      expect([result.status, result.stdout]).toEqual([2, ""]);
      const [line = "", ...more] = result.stderr.trimEnd().split("\n");
      const start = `npm start: ${flag}: there is no webhook dor-bell. There are: `;
      expect([line.slice(0, start.length), more]).toEqual([start, []]);
      for (const name of known) expect(line).toContain(name);
    },
  );
});

/** Returns the command lines of the child processes of a process. */
function commandsOfChildren(parent: number | undefined): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const [, ppid] = /\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
        return Number(ppid) === parent ? [readFileSync(`/proc/${pid}/cmdline`, "utf8")] : [];
      } catch {
        // The process has ended meanwhile.
        return [];
      }
    });
}
