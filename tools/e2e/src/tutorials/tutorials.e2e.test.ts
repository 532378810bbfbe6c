import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "@jest/globals";
import { eventually } from "@rainhooks/testing/eventually";
import { freePort } from "@rainhooks/testing/listen";
import { ROOT, useCopy } from "./copied-repository.ts";
import { Walk } from "./walk.ts";

/* Runs the commands of the tutorials, in their order, in a fresh copy of the repository. */

/** What is secret in the URL of your-first-webhook.md. */
const TOKEN = "ring-7f3a";

const { folder, run } = useCopy();
let walk: Walk;

afterEach(() => walk.closeAll());

it("the commands of your-first-webhook.md do what it says", async () => {
  walk = new Walk(join(ROOT, "docs/your-first-webhook.md"), folder, await freePort());
  expect(await walk.next("npm run new-webhook")).toContain("Created apps/door-bell");
  await walk.next("receiver.mjs");
  await walk.until("receiver", "Listening");
  await walk.next("secrets.env");
  await walk.next("npm start");
  await walk.until("stage", "Ctrl-C ends it.");
  await walk.next("trigger alert --node front-door");
  await walk.until("receiver", `POST /rings?token=${TOKEN}`);
  await walk.until("stage", "front-door");

  const before = walk.textOf("stage");
  await walk.next("sed");
  await eventually(
    () => walk.textOf("stage").slice(before.length),
    (seen) => /door-bell.*reloaded|reloaded.*door-bell/i.test(seen),
  );
  await walk.next("trigger alert --node back-door");
  await walk.until("receiver", "Somebody is at the door");

  await walk.next("receiver.mjs 400");
  await walk.until("receiver", "Listening");
  await walk.next("trigger alert --node cellar-door");
  await walk.until("receiver", "cellar-door");
  await walk.until("stage", "cellar-door");
  const shown = await walk.next("dlq show door-bell");
  expect(shown).toContain("400");
  expect(shown).not.toContain(TOKEN);
  await walk.next("receiver.mjs");
  await walk.until("receiver", "Listening");
  await walk.next("dlq redrive door-bell");
  await walk.until("receiver", "cellar-door");

  // The secret is nowhere but in its file: not in what commands show, and not in the environment or
  // the arguments of a process.
  expect(await run("npm run -s rainhooks -- stage show door-bell")).toContain(
    "secrets.env#door-bell.url",
  );
  for (const command of [
    "npm run -s rainhooks -- stage show --json",
    "npm run -s rainhooks -- logs door-bell",
    "ps axeww",
  ])
    expect(await run(command)).not.toContain(TOKEN);

  expect(await walk.next("npm test")).toContain("1 passed, 0 failed");
  await walk.next("npm run synth");
  const stack = readFileSync(
    join(folder, "infra/cdktf.out/stacks/rainhooks-dev/cdk.tf.json"),
    "utf8",
  );
  expect(stack).toContain("ssm:/rainhooks-secrets/dev/door-bell/url");
  expect(stack).not.toContain(TOKEN);
  await walk.close("stage");
  await walk.next("rm -r apps/door-bell");
  expect(await run("git status --porcelain -- apps packages infra pnpm-lock.yaml")).toBe("");
  expect(walk.left).toEqual([]);
  expect(walk.textOf("stage")).not.toContain(TOKEN);
  await expect(run(`grep -rl "${TOKEN}" .rainhooks`)).rejects.toThrow();
}, 900_000);

it("the commands of your-first-receiver.md do what it says", async () => {
  walk = new Walk(join(ROOT, "docs/your-first-receiver.md"), folder, await freePort());
  await walk.next("npm start");
  await walk.until("stage", "Ctrl-C ends it.");
  const added = await walk.next("destinations add mine");
  const [secret = ""] = /whsec_\S+/.exec(added) ?? [];
  await walk.next("cat > receiver.mjs");
  const withSecret = { "whsec_…": secret };
  await walk.next("node receiver.mjs", withSecret);
  await walk.until("receiver", "Listening");
  await walk.next("trigger alert --node front-door");
  await walk.until("receiver", "front-door");
  expect(walk.textOf("receiver")).toMatch(/^evt_[\w-]{43} \{"type":"rmaker\.event\.alert"/m);
  await walk.nextUntil("attempts ls", /mine +alert of front-door +1 +delivered 204/);

  await walk.next("is down");
  await walk.next("trigger alert --node back-door");
  await walk.nextUntil("attempts ls --state failed", /mine +alert of back-door +1 +failed/);
  await walk.next("node receiver.mjs", withSecret);
  await walk.until("receiver", "back-door");
  expect(walk.textOf("receiver")).not.toContain("Not signed");

  expect(await walk.next("destinations rm mine")).toContain("Destination mine was removed.");
  expect(walk.left).toEqual([]);

  // The secret is nowhere but at the receiver: not in the stage's output, its data or its logs.
  expect(walk.textOf("stage")).not.toContain(secret);
  await expect(run(`grep -rlF "${secret}" .rainhooks`)).rejects.toThrow();
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
