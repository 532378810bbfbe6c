import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { runCommand } from "@rainhooks/app-cli/testing";
import { runTestFleet, startTestStage, type TestStage } from "@rainhooks/app-local/testing";
import { readObject } from "@rainhooks/archive";
import { decode, nodesOf } from "@rainhooks/core";
import { deadLettersOf } from "@rainhooks/operate";
import { reachRunningStage, slotClient } from "@rainhooks/stage";

let running: TestStage;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "erase-"));
  running = await startTestStage();
  await runTestFleet(
    running,
    { seed: 7, nodes: 20, events: 600, duplicates: 0.1, undecodable: 0.01 },
    () => undefined,
  );
});
afterAll(async () => {
  await running.stop();
  await rm(folder, { recursive: true });
});

const run = (...args: string[]) => runCommand([...args, "--data", running.dataDir]);
const json = async (...args: string[]) => JSON.parse((await run(...args, "--json")).out);

/** Returns all that a stage stores, as text: every object, every item of every table, every dead letter. */
async function everything(): Promise<Map<string, string>> {
  const reached = await reachRunningStage(running.dataDir);
  const { s3 } = reached.clients;
  const Bucket = reached.outputs.archive?.bucket ?? "";
  const texts = new Map<string, string>();
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  for (const { Key = "" } of Contents) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    texts.set(Key, gunzipSync((await Body?.transformToByteArray()) ?? Buffer.from("")).toString());
  }
  for (const [name, TableName] of Object.entries(reached.outputs.tables)) {
    const { Items } = await slotClient(reached).send(new ScanCommand({ TableName }));
    texts.set(name, JSON.stringify(Items));
  }
  for (const webhook of ["node-status", "time-series"])
    texts.set(`dead letters of ${webhook}`, JSON.stringify(await deadLettersOf(reached, webhook)));
  return texts;
}

async function placesWith(text: string): Promise<string[]> {
  return [...(await everything())].flatMap(([place, all]) => (all.includes(text) ? [place] : []));
}

/** Returns a node and a user of the archive that many events name. */
async function someoneIn(): Promise<{ nodeId: string; userId: string; otherUser: string }> {
  const reached = await reachRunningStage(running.dataDir);
  const archive = { client: reached.clients.s3, bucket: reached.outputs.archive?.bucket ?? "" };
  const { Contents = [] } = await archive.client.send(new ListObjectsV2Command({ Bucket: archive.bucket }));
  const [users, nodes] = [new Map<string, number>(), new Map<string, number>()];
  for (const { Key = "" } of Contents)
    for (const delivery of await readObject(archive, Key)) {
      const { user_id } = delivery.attributes;
      if (user_id !== undefined) users.set(user_id, (users.get(user_id) ?? 0) + 1);
      const decoded = decode(delivery);
      for (const node of decoded.kind === "event" ? nodesOf(decoded.event) : [])
        nodes.set(node, (nodes.get(node) ?? 0) + 1);
    }
  const most = (counts: Map<string, number>) => [...counts].sort((a, b) => b[1] - a[1]).map(([id]) => id);
  const [userId = "", otherUser = ""] = most(users);
  return { nodeId: most(nodes)[0] ?? "", userId, otherUser };
}

describe("erase", () => {
  it("takes a user and a node out of everything; archive and tables stay equal", async () => {
    const { nodeId, userId } = await someoneIn();
    console.log(nodeId, userId, await placesWith(userId), await placesWith(nodeId));
    console.log((await run("erase", "user", userId, "--plan")).out);
    console.log((await run("erase", "node", nodeId, "--plan")).out);
    const u = await run("erase", "user", userId, "--yes");
    console.log(u);
    expect(await placesWith(userId)).toEqual([]);
    const n = await run("erase", "node", nodeId, "--yes");
    console.log(n);
    expect(await placesWith(nodeId)).toEqual([]);
    for (const store of ["archive", "node-status", "time-series"]) {
      const v = await run("verify", store, "--from", "2d");
      console.log(v.out, v.err);
    }
    console.log((await run("erase", "ls")).out);
  });
});
