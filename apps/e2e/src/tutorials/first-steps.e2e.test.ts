import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "@jest/globals";
import { freePort } from "@rainhooks/testing";
import { ROOT, useCopy } from "./copied-repository.ts";
import { Walk } from "./walk.ts";

/* As tutorials.e2e.test.ts, for those who begin. */

const { folder } = useCopy();
let walk: Walk;
afterEach(() => walk.closeAll());

it("the commands of your-first-event.md, and then of your-first-alarm.md, do what they say", async () => {
  walk = new Walk(join(ROOT, "docs/your-first-event.md"), folder, await freePort());
  await walk.next("npm start");
  await walk.until("stage", "Ctrl-C ends it.");
  await walk.next("trigger node_connected --node kitchen");
  await walk.nextUntil("node kitchen", /^state +online since/m);
  const published = await walk.next("trigger node_disconnected --node kitchen");
  await walk.nextUntil("node kitchen", /^state +offline since/m);
  const [delivery = ""] = /[0-9a-f-]{36}/.exec(published) ?? [];
  expect(await walk.next("trace <delivery>", { "<delivery>": delivery })).toContain(
    "node_disconnected, node kitchen",
  );
  expect(await walk.next("archive query")).toContain("esp_rainmaker_sns_node_connected");
  expect(walk.left).toEqual([]);

  // The next tutorial begins with the same command: a reader who has just followed the first has that stage.
  const alarm = new Walk(join(ROOT, "docs/your-first-alarm.md"), folder, await freePort());
  expect(alarm.left[0]).toBe("npm start");
  alarm.skip();
  expect(await alarm.next("watch add gone")).toContain("Rule gone, version 1, holds from");
  expect(await alarm.next("watch test gone")).toMatch(/\d{4}-\d\d-\d\d/);
  await alarm.next("trigger node_disconnected --node freezer");
  await alarm.nextUntil("alarms ls --node freezer", /gone +high +freezer/);
  expect(await alarm.next("alarms ack --node freezer")).toContain("Acknowledged by");
  await alarm.next("trigger node_connected --node freezer");
  await alarm.nextUntil("--state all", /gone +high +freezer .*\d\d:\d\d:\d\d +\d{4}-\d\d-\d\d/);
  expect(await alarm.next("watch rm gone")).toContain("Rule gone is removed");
  expect(alarm.left).toEqual([]);
}, 900_000);

it("the commands of your-first-stage.md do what it says", async () => {
  walk = new Walk(join(ROOT, "docs/your-first-stage.md"), folder, await freePort());
  await walk.next("npm run new-stage -- first");
  expect(readFileSync(join(folder, "infra/stages/first.ts"), "utf8")).toContain('name: "first"');
  expect(await walk.next("npm run cost")).toContain("nodes: 5_000");
  expect(await walk.next("npm run synth")).toContain("rainhooks-first");
  expect(existsSync(join(folder, "infra/cdktf.out/stacks/rainhooks-first/cdk.tf.json"))).toBe(true);
  expect(await walk.next("deployer-policy")).toContain("lambda:CreateFunction");
  await walk.next("rm infra/stages/first.ts");
  expect(walk.left).toEqual([]);
}, 900_000);
