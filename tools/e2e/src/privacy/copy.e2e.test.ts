import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { runTestFleet } from "@rainhooks/app-local/testing/run-test-fleet";
import { startTestStage, type TestStage } from "@rainhooks/app-local/testing/test-stage";
import { reachRunningStage } from "@rainhooks/stage/reached";
import { startReceiver, type TestReceiver } from "@rainhooks/testing/receiver";
import { runCommand } from "../cli/testing/run-command.ts";
import { placesWith } from "./stored.ts";

/* A stage moves: everything is copied to a new one, whose tables are rebuilt. */

let old: TestStage;
let fresh: TestStage;
let receiver: TestReceiver;
let user = "";

beforeAll(async () => {
  [old, fresh, receiver] = await Promise.all([startTestStage(), startTestStage(), startReceiver()]);
  const options = { seed: 13, nodes: 15, events: 300, duplicates: 0.1, undecodable: 0.01 };
  const { published } = await runTestFleet(old, options, () => undefined);
  user = published[0]?.message.truth?.userId ?? "";
});
afterAll(async () => {
  await receiver?.stop();
  await Promise.all([old?.stop(), fresh?.stop()]);
});

const run = async (stage: TestStage, ...args: string[]) => {
  const ended = await runCommand([...args, "--data", stage.dataDir]);
  expect(`${args.join(" ")}: ${ended.code} ${ended.err}`).toContain(": 0");
  return ended.out;
};
const json = async (stage: TestStage, ...args: string[]) => JSON.parse(await run(stage, ...args, "--json"));

it("a copy has archive, rules, destinations and secrets; erased data stay erased; a rebuilt table is equal", async () => {
  await run(old, "destinations", "add", "crm", "--url", `${receiver.url}/?token=secret`, "--events", "alert");
  await run(old, "erase", "user", user, "--yes");
  const copied = await run(fresh, "copy", "--from-data", old.dataDir);
  expect(copied).toMatch(/archive +[1-9]\d* objects? copied/);
  expect(copied).toMatch(/destinations +1 item copied/);
  expect(copied).toMatch(/secrets +those of 1 destination copied/);
  await run(fresh, "rebuild", "start", "node-status", "--yes");
  expect(await run(fresh, "verify", "node-status", "--from", "2d")).toMatch(/outcome +equal/);
  expect(await placesWith(await reachRunningStage(fresh.dataDir), user)).toEqual([]);
  expect((await json(fresh, "nodes")).nodes).toEqual((await json(old, "nodes")).nodes);
  await run(fresh, "destinations", "test", "crm");
  expect(receiver.requests.at(-1)?.path).toBe("/?token=secret");
  // Again: only what is new is copied, such as what the old stage has archived meanwhile. A rule now, because
  // a rebuild waits for the sweeps of rules.
  await run(old, "watch", "add", "offline-10m", "--kind", "offline", "--for", "10m");
  const again = await run(fresh, "copy", "--from-data", old.dataDir);
  expect(again).toMatch(/archive +[01] objects? copied/);
  expect(again).toMatch(/destinations +0 items copied/);
  expect((await json(fresh, "watch", "ls")).rules).toMatchObject([{ name: "offline-10m" }]);
});

it("copy refuses to copy a stage to itself, and from a stage that does not exist", async () => {
  const itself = await runCommand(["copy", "--from-data", old.dataDir, "--data", old.dataDir]);
  expect(itself).toMatchObject({ code: 2, err: expect.stringContaining("must be another stage") });
  const nowhere = await runCommand(["copy", "--data", old.dataDir]);
  expect(nowhere).toMatchObject({ code: 2, err: expect.stringContaining("Name the stage to copy from") });
});
