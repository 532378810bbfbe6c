import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { bundledCommand, runCommand } from "@rainhooks/app-cli/testing";
import { runTestFleet, startTestStage, type TestStage } from "@rainhooks/app-local/testing";
import type { RunResult } from "@rainhooks/fleet";
import { publish } from "@rainhooks/local-aws";
import { reachRunningStage } from "@rainhooks/stage";
import { placesWith } from "./stored.ts";

const SIZE = { nodes: 40, events: 600 };
const USERS = 2;
const NODES = 1;
/** When the process of an erasure is killed, after its start. */
const KILLS_MS = [900, 6500, 7600];
const ADDED = "rmaker.event.user_node_added";

let running: TestStage;
let published: RunResult["published"];
let publishing = true;
let traffic: Promise<void>;

beforeAll(async () => {
  running = await startTestStage();
  const options = { seed: 11, ...SIZE, duplicates: 0.1, undecodable: 0.01 };
  ({ published } = await runTestFleet(running, options, () => undefined));
});
afterAll(async () => {
  publishing = false;
  await traffic;
  await running?.stop();
});

const run = (...args: string[]) => runCommand([...args, "--data", running.dataDir]);

/** Runs an erasure whose process is killed several times, and then to its end. */
async function eraseKilled(kind: string, id: string): Promise<void> {
  const args = ["erase", kind, id, "--yes", "--data", running.dataDir];
  const program = await bundledCommand();
  for (const killMs of KILLS_MS) {
    const child = spawn(process.execPath, [program, ...args], { stdio: "ignore" });
    const ended = once(child, "exit");
    await Promise.race([ended, pause(killMs)]);
    child.kill("SIGKILL");
    await ended;
  }
  const { code, err } = await run(...args.slice(0, -2));
  expect(`${code} ${err}`).toMatch(/^0 /);
}

/** Publishes events of other users and nodes all the time. */
async function publishOthers(): Promise<void> {
  const { clients, provisioned } = running.stage;
  for (let index = 0; publishing; index += 1) {
    const body = JSON.stringify({
      event_type: ADDED,
      event_data: { user_id: `other-user-${index}`, nodes: ["other-node"] },
    });
    await publish(clients.sns, provisioned.topics, [{ type: ADDED, body, attributes: {} }], () => undefined);
    await pause(300);
  }
}

it("takes users and nodes out under traffic, with kills; what is left is equal, and a replay brings nothing back", async () => {
  const users = [...new Set(published.map(({ message }) => message.truth?.userId ?? ""))].slice(0, USERS);
  const nodes = [...new Set(published.flatMap(({ message }) => message.truth?.nodeIds ?? []))].slice(
    0,
    NODES,
  );
  traffic = publishOthers();
  for (const user of users) await eraseKilled("user", user);
  for (const node of nodes) await eraseKilled("node", node);
  const found = async () => {
    const reached = await reachRunningStage(running.dataDir);
    const places = await Promise.all([...users, ...nodes].map((id) => placesWith(reached, id)));
    return places.flat();
  };
  expect(await found()).toEqual([]);
  publishing = false;
  await traffic;
  for (const store of ["archive", "node-status", "time-series"])
    expect((await run("verify", store, "--from", "2d")).out).toMatch(/outcome +equal/);
  expect((await run("replay", "start", "--webhook", "time-series", "--from", "2d", "--yes")).code).toBe(0);
  expect(await found()).toEqual([]);
});
