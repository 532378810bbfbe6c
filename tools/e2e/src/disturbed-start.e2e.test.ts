import { mkdirSync } from "node:fs";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { DeleteTableCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "@jest/globals";
import { localClients } from "@rainhooks/stage/clients";
import { type StartResult, useStart } from "./use-start.ts";

async function deleteTable(endpoint: string, TableName: string): Promise<void> {
  await localClients(endpoint).dynamodb.send(new DeleteTableCommand({ TableName }));
}

describe("npm start that is disturbed", () => {
  const { start, folderOf } = useStart();

  it("npm start stops completely when a part of it cannot save its data", async () => {
    const dataDir = folderOf("stuck");
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

  it("npm start reports an interruption, and handles the remaining messages at the next start", async () => {
    const dataDir = folderOf("interrupted");
    // Without its table, node-status cannot handle anything: its records stay in the queue. It is
    // deleted while the first of them are published, so that others come after that, however slow
    // the machine is.
    let taken: Promise<unknown> | undefined;
    const first = await start(
      ["--nodes", "12", "--events", "600", "--exit", "--data", dataDir],
      (seen, stop) => {
        const endpoint = /AWS endpoint\s+(\S+)\n.*published \d/s.exec(seen)?.[1];
        if (endpoint !== undefined) taken ??= deleteTable(endpoint, "rainhooks-local-node-status");
        if (seen.includes("published 600 of 600")) void taken?.then(stop);
      },
    );
    await taken;
    expect(first.code).toBe(130);
    expect(first.out).toContain("Interrupted before every message was accounted for.");
    expect(first.out).not.toContain("stays up");
    const second = await start([
      "--nodes",
      "12",
      "--events",
      "100",
      "--exit",
      "--data",
      dataDir,
      "--seed",
      "2",
    ]);
    expect(second.out).toContain("records of an earlier run still in the queues");
    expect(second.out).toContain("Reconciliation of 100 published messages");
    expect(second.out).toContain("Every message is accounted for.");
    expect(
      Number(/Archive: ([\d,]+) deliveries/.exec(second.out)?.[1]?.replace(",", "")),
    ).toBeGreaterThanOrEqual(700);
    expect(second.code).toBe(0);
  });

  it("npm start rejects a second stage on the same data", async () => {
    const dataDir = folderOf("shared");
    let second: Promise<StartResult> | undefined;
    await start(["--events", "0", "--data", dataDir], (seen, stop) => {
      if (!seen.includes("Ctrl-C ends it.") || second !== undefined) return;
      second = start(["--exit", "--data", dataDir]);
      void second.then(stop);
    });
    const { code, out } = (await second) ?? { code: 0, out: "" };
    expect(code).toBe(1);
    expect(out).toMatch(/^A stage already runs on .*shared \(process \d+\)\./);
  });
});
