import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { ALL_FUNCTIONS } from "@rainhooks/app-local/testing/test-stage";
import { collect } from "@rainhooks/core/collections";
import { reachRunningStage } from "@rainhooks/stage/stage-access";
import { eventually } from "@rainhooks/testing/eventually";
import { startReceiver, type TestReceiver } from "@rainhooks/testing/receiver";
import { BUNDLED_COMMAND, runCommand } from "../cli/testing/run-command.ts";
import { type ForwardStage, startForwardStage } from "../forwarding/forward-stage.ts";
import { filesWhere, placesWhere, storedTexts } from "./stored-places.ts";

/**
 * Ids with characters that JSON, URLs and keys write in other ways, and of nodes that are called
 * like others.
 */
const NODE = "n/ü #%~é'57";
const RAINMAKER_NODE = "Q7xAAAAAAAAAAAAAAAAA";
const USER = 'us"er.\u00e9-16';
const NAME = "Anna's bedroom lamp";
const SUBJECTS = [NODE, RAINMAKER_NODE, USER];
const NEIGHBOUR_NODES = [
  `${NODE}8`,
  `m${NODE}`,
  `${RAINMAKER_NODE}B`,
  `Z${RAINMAKER_NODE}`,
  "bridge01",
  "group01",
];
const NEIGHBOUR_USERS = [`${USER}6`, USER.normalize("NFD")];
/** When the process of an erasure is killed, after its start. */
const KILLS_MS = [900, 5000];

let stage: ForwardStage;
let receiver: TestReceiver;
let publishing = true;
let traffic: Promise<void> = Promise.resolve();

beforeAll(async () => {
  stage = await startForwardStage({ functions: ALL_FUNCTIONS });
  receiver = await startReceiver((request, response) => {
    // It repeats what it got, and takes nothing.
    if (request.path.startsWith("/echo")) response.writeHead(500).end(request.body);
    else response.writeHead(204).end();
  });
  const schedule = [1, 1];
  const nodes = [NODE, RAINMAKER_NODE, `${RAINMAKER_NODE}B`];
  await stage.add(`${receiver.url}/ok?u=${encodeURIComponent(USER)}`, { id: "ok", schedule });
  await stage.add(`${receiver.url}/echo`, { id: "echo", schedule, nodes, events: ["alert"] });
  await stage.add(`${receiver.url}/echo`, {
    id: "batch",
    schedule,
    nodes,
    events: ["alert"],
    batchEvents: 20,
    batchWaitS: 2,
  });
  await stage.add(`${receiver.url}/ok`, { id: "ordered", schedule, inOrder: true });
  await run("watch", "add", "off", "--kind", "offline", "--for", "10m");
  await stage.refreshed();
  const all = [NODE, RAINMAKER_NODE, ...NEIGHBOUR_NODES];
  for (const [index, node] of all.entries()) await publishLife(node, index);
  traffic = publishOthers();
});
afterAll(async () => {
  publishing = false;
  await traffic;
  await receiver?.stop();
  await stage?.stop();
});

const run = (...args: string[]) => runCommand([...args, "--data", stage.dataDir]);
const HOUR_MS = 3_600_000;

/** Publishes what happens to a node: it gets its users and a tag, sends values, and goes. */
async function publishLife(node: string, index: number): Promise<void> {
  const all = [USER, ...NEIGHBOUR_USERS];
  const user = all[index % all.length];
  const at = Date.now() - 2 * HOUR_MS + index;
  const both = { node_id: node, user_id: user };
  await stage.publish(
    "rmaker.event.user_node_added",
    { user_id: user, nodes: [node, "bridge01"] },
    at,
  );
  await stage.publish("rmaker.event.node_connected", both, at + 1);
  const config = { info: { name: node === NODE ? NAME : `Lamp ${index}` } };
  await stage.publish("rmaker.event.node_config_changed", { ...both, config }, at + 2);
  await stage.publish(
    "rmaker.event.alert",
    { ...both, message_body: `SECRET${index} of ${node}` },
    at + 3,
  );
  const series = {
    name: "Light.Power",
    dt: "int",
    t: Math.floor(at / 1000),
    v: index,
  };
  await stage.publish("rmaker.event.node_ts_data", { ...both, ...series }, at + 4);
  if (node === "group01")
    await stage.publish(
      "rmaker.event.new_tags_added",
      { nodes: [node], tags: [`near:${RAINMAKER_NODE}`] },
      at,
    );
  await stage.publish("rmaker.event.node_disconnected", both, at + 5);
}

/**
 * Publishes events of other users and nodes all the time, some at once: an erasure waits for a
 * sweep, which says what it has seen of late only when nothing waits for a store.
 */
async function publishOthers(): Promise<void> {
  for (let index = 0; publishing; index += 1) {
    const both = { node_id: NEIGHBOUR_NODES[4 + (index % 2)], user_id: `${USER}6` };
    await stage.publish("rmaker.event.alert", { ...both, message_body: `traffic ${index}` });
    if (index % 4 === 3) await pause(6000);
  }
}

/**
 * Runs an erasure whose process is killed several times, and then to its end; returns what it has
 * printed.
 */
async function erase(killsMs: readonly number[], ...subject: string[]): Promise<string> {
  const args = ["erase", ...subject, "--yes", "--wait", "2m"];
  const program = BUNDLED_COMMAND;
  for (const killMs of killsMs) {
    const child = spawn(process.execPath, [program, ...args, "--data", stage.dataDir], {
      stdio: "ignore",
    });
    const ended = once(child, "exit");
    await Promise.race([ended, pause(killMs)]);
    child.kill("SIGKILL");
    await ended;
  }
  const { code, err, out } = await run(...args);
  expect(`${code} ${err}`).toMatch(/^0 /);
  return out;
}

/** Returns all ways in which a text can be written. */
function formsOf(text: string): string[] {
  const normal = [text.normalize("NFC"), text.normalize("NFD")];
  const inJson = (one: string) => JSON.stringify(one).slice(1, -1);
  const ascii = (one: string) =>
    one.replace(
      /[\u0080-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
  const written = normal.flatMap((one) => [
    one,
    inJson(one),
    ascii(inJson(one)),
    inJson(inJson(one)),
    encodeURIComponent(one),
  ]);
  return [...new Set(written)].sort((a, b) => b.length - a.length);
}

/** Makes what finds an id in any form, but not in the ids of neighbours. */
function finder(
  id: string,
  neighbours = [...NEIGHBOUR_NODES, ...NEIGHBOUR_USERS],
): (text: string) => boolean {
  const forms = formsOf(id);
  const others = neighbours.filter((one) => one !== id);
  const exactly = others.flatMap((one) => [
    one,
    JSON.stringify(one).slice(1, -1),
    JSON.stringify(JSON.stringify(one)).slice(3, -3),
    encodeURIComponent(one),
  ]);
  const longest = exactly.sort((a, b) => b.length - a.length);
  return (text) => {
    if (!forms.some((form) => text.includes(form))) return false;
    const rest = longest.reduce((left, one) => left.replaceAll(one, " "), text);
    return forms.some((form) => rest.includes(form));
  };
}

it("erase finds every way in which an id can be written", async () => {
  for (const id of SUBJECTS) {
    const folder = await mkdtemp(join(tmpdir(), "planted-"));
    const ways = formsOf(id).flatMap((form) => [
      Buffer.from(form),
      gzipSync(form),
      Buffer.from(Buffer.from(`in base64: ${form}`).toString("base64")),
      Buffer.from(gzipSync(`in both: ${form}`).toString("base64")),
    ]);
    for (const [index, bytes] of ways.entries())
      await writeFile(join(folder, String(index)), bytes);
    expect(await filesWhere(folder, finder(id, []))).toHaveLength(ways.length);
    await rm(folder, { recursive: true });
  }
});

it("erase removes nodes and users under traffic, retries and sweeps, with kills, and nothing of their neighbours", async () => {
  // Both alarms are raised, and the receiver that takes nothing has been asked for all.
  const access = await reachRunningStage(stage.dataDir);
  const TableName = access.outputs.tables["alarms"];
  await eventually(
    async () =>
      JSON.stringify((await access.clients.dynamodb.send(new ScanCommand({ TableName }))).Items),
    (items) => items.includes(`"alarm#off`) && items.includes(`node#${RAINMAKER_NODE}`),
  );
  const printed = [
    await erase(KILLS_MS, "node", NODE, "--also", NAME),
    await erase([], "node", RAINMAKER_NODE),
    await erase([], "user", USER),
  ];
  const finders = SUBJECTS.map((id) => finder(id));
  const isFound = (text: string) => finders.some((isIn) => isIn(text));
  const stored = await collect(storedTexts(access));
  expect(placesWhere(stored, (text) => isFound(text) || text.includes(NAME))).toEqual([]);
  // The address of a destination has it, which is said; the files of local services have old pages,
  // which is said, too.
  const isSaid = (file: string) => /^(logs|tables|queues|secret-destinations)\//.test(file);
  expect((await filesWhere(stage.dataDir, isFound)).filter((file) => !isSaid(file))).toEqual([]);
  for (const out of printed)
    expect(out).toMatch(/left +addresses of destinations.*\n(.*\n)*left +files that/);
  for (const node of NEIGHBOUR_NODES) {
    const written = JSON.stringify(node).slice(1, -1);
    expect(placesWhere(stored, (text) => text.includes(written))).toContain("table node-status");
  }
  publishing = false;
  await traffic;
  for (const store of ["archive", "node-status", "time-series"])
    expect((await run("verify", store, "--from", "2d")).out).toMatch(/outcome +equal/);
  expect(
    (await run("replay", "start", "--webhook", "time-series", "--from", "2d", "--yes")).code,
  ).toBe(0);
  expect(placesWhere(await collect(storedTexts(access)), isFound)).toEqual([]);
});
