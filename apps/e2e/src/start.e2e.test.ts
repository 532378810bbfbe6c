import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { access, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteTableCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { MAIN_PATH, withoutUnsetWebhooks } from "@rainhooks/app-local/testing";
import { localClients } from "@rainhooks/stage";
import { listenOnLoopback } from "@rainhooks/testing";

/** The only variables of a stage. */
const { PATH, NODE_COMPILE_CACHE } = process.env;

async function deleteTable(endpoint: string, TableName: string): Promise<void> {
  await localClients(endpoint).dynamodb.send(new DeleteTableCommand({ TableName }));
}

describe("npm start", () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "start-"));
  });
  const children = new Set<ChildProcess>();
  afterAll(async () => {
    // After a timeout, a test leaves its stage running on data that is about to be deleted.
    for (const child of children) child.kill("SIGKILL");
    await rm(folder, { recursive: true, maxRetries: 5, retryDelay: 50 });
  });

  /** Runs the stage; `onOutput` may end it. */
  function start(args: string[], onOutput: (out: string, stop: () => void) => void = () => undefined) {
    const child = spawn(process.execPath, [MAIN_PATH, ...args], { env: { PATH, NODE_COMPILE_CACHE } });
    children.add(child);
    let out = "";
    let stopped = false;
    // Only once: a second Ctrl-C kills the stage.
    const stop = () => {
      if (!stopped) child.kill("SIGINT");
      stopped = true;
    };
    child.stdout.on("data", (chunk) => {
      out += chunk;
      onOutput(out, stop);
    });
    child.stderr.on("data", (chunk) => {
      out += chunk;
    });
    return new Promise<{ code: number | null; out: string }>((resolve) => {
      child.on("close", (code) => {
        children.delete(child);
        resolve({ code, out: withoutUnsetWebhooks(out) });
      });
    });
  }

  it("accounts for every message and ends by itself, also on the data of an earlier run", async () => {
    const args = ["--events", "300", "--exit", "--data", join(folder, "twice"), "--seed", "3"];
    for (const deliveries of [300, 600]) {
      const { code, out } = await start(args);
      expect(out).toContain("Every message is accounted for.");
      // The nodes of the first fleet were disconnected at its end, which also published events.
      expect(Number(/Archive: (\d+) deliveries/.exec(out)?.[1])).toBeGreaterThanOrEqual(deliveries);
      expect(out).toMatch(/Nodes: \d+ known, \d+ online, \d+ offline/);
      expect(out).toMatch(/Series: .+\nat \(UTC\)\s+value\n\d{4}-/);
      expect(code).toBe(0);
    }
  });

  it("runs until Ctrl-C, and then leaves no process running", async () => {
    const dataDir = join(folder, "stays");
    const { code, out } = await start(["--events", "0", "--data", dataDir], (seen, stop) => {
      if (seen.includes("Ctrl-C ends it.")) stop();
    });
    expect(code).toBe(0);
    const endpoint = /AWS endpoint\s+(\S+)/.exec(out)?.[1] ?? "";
    await expect(fetch(`${endpoint}/health`)).rejects.toThrow();
    await expect(access(join(dataDir, "stage.json"))).rejects.toThrow();
  });

  it("stops completely when a part of it cannot save its data", async () => {
    const dataDir = join(folder, "stuck");
    const { code, out } = await start(["--events", "0", "--data", dataDir], (seen, stop) => {
      if (!seen.includes("Ctrl-C ends it.")) return;
      // A folder blocks the file of RainMaker's state.
      mkdirSync(join(dataDir, "rainmaker", "rainmaker.json.new"), { recursive: true });
      stop();
    });
    expect(out).toContain("EISDIR");
    expect(out).not.toContain("    at ");
    expect(code).toBe(1);
    const endpoint = /AWS endpoint\s+(\S+)/.exec(out)?.[1] ?? "";
    await expect(fetch(`${endpoint}/health`)).rejects.toThrow();
    await expect(access(join(dataDir, "stage.json"))).rejects.toThrow();
  });

  it("reports an interruption, and handles the remaining messages at the next start", async () => {
    const dataDir = join(folder, "interrupted");
    // Without its table, node-status cannot handle anything: its records stay in the queue, however fast the machine is.
    let taken: Promise<unknown> | undefined;
    const first = await start(["--events", "1000", "--exit", "--data", dataDir], (seen, stop) => {
      const endpoint = /AWS endpoint\s+(\S+)\n.*published \d/s.exec(seen)?.[1];
      if (endpoint !== undefined) taken ??= deleteTable(endpoint, "rainhooks-local-node-status");
      if (seen.includes("published 1000 of 1000")) stop();
    });
    await taken;
    expect(first.code).toBe(130);
    expect(first.out).toContain("Interrupted before every message was accounted for.");
    expect(first.out).not.toContain("stays up");
    const second = await start(["--events", "100", "--exit", "--data", dataDir, "--seed", "2"]);
    expect(second.out).toContain("records of an earlier run still in the queues");
    expect(second.out).toContain("Reconciliation of 100 published messages");
    expect(second.out).toContain("Every message is accounted for.");
    expect(Number(/Archive: (\d+) deliveries/.exec(second.out)?.[1])).toBeGreaterThanOrEqual(1100);
    expect(second.code).toBe(0);
  });

  it("rejects a second stage on the same data", async () => {
    const dataDir = join(folder, "shared");
    let second: Promise<{ code: number | null; out: string }> | undefined;
    await start(["--events", "0", "--data", dataDir], (seen, stop) => {
      if (!seen.includes("Ctrl-C ends it.") || second !== undefined) return;
      second = start(["--exit", "--data", dataDir]);
      void second.then(stop);
    });
    const { code, out } = (await second) ?? { code: 0, out: "" };
    expect(code).toBe(1);
    expect(out).toMatch(/^A stage already runs on .*shared \(process \d+\)\./);
  });

  it("reports which port is in use", async () => {
    const server = createServer();
    const { port } = new URL(await listenOnLoopback(server));
    const { code, out } = await start(["--exit", "--port", port, "--data", join(folder, "port")]);
    server.close();
    expect(code).toBe(1);
    expect(out.trim()).toBe(
      `Port ${port} is already in use. Choose another one with --port, or omit --port to use a free port.`,
    );
  });

  it("reports a data folder that cannot be used", async () => {
    const file = join(folder, "a-file");
    await writeFile(file, "");
    for (const data of [file, "/proc/nowhere"]) {
      const { code, out } = await start(["--exit", "--data", data]);
      expect(code).toBe(1);
      expect(out).toMatch(/^The data folder \S+ cannot be used: .*Choose another one with --data\.\n$/);
    }
  });

  it("reports an unreachable endpoint", async () => {
    const { code, out } = await start([
      "--exit",
      "--endpoint",
      "http://127.0.0.1:1",
      "--data",
      join(folder, "endpoint"),
    ]);
    expect(code).toBe(1);
    expect(out.trim().split("\n")).toHaveLength(1);
    expect(out).toContain("http://127.0.0.1:1");
  });

  test.each([
    [["--events", "many"], "whole number"],
    [["--sideways"], "Unknown option '--sideways'"],
  ])("rejects %j with a clear line", async (args, message) => {
    const { code, out } = await start(args);
    expect(code).toBe(2);
    expect(out).toContain(message);
    expect(out).not.toContain("    at ");
  });

  it("prints its flags", async () => {
    const { code, out } = await start(["--help"]);
    expect(code).toBe(0);
    expect(out).toContain("npm start -- --events 5000 --exit");
  });
});
