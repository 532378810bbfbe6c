import { type ChildProcess, execFile, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { eventually, listenOnLoopback } from "@rainhooks/testing";

/*
 * Runs the commands of docs/your-first-webhook.md, in their order, in a fresh copy of the repository, as a reader would: commands with a
 * terminal of their own run beside the others until the next one in the same terminal.
 */

const ROOT = resolve(import.meta.dirname, "../../..");
const PAGE = readFileSync(join(ROOT, "docs/your-first-webhook.md"), "utf8");

/** What is secret in the URL of the page. */
const TOKEN = "ring-7f3a";

interface Step {
  readonly terminal: string | undefined;
  readonly command: string;
}

const STEPS: readonly Step[] = [...PAGE.matchAll(/^```sh(?: terminal=(\w+))?\n(.*?)\n```$/gms)].map(
  ([, terminal, command = ""]) => ({ terminal, command }),
);

// With a space, as on many machines.
const folder = mkdtempSync(join(tmpdir(), "first webhook "));
/** The files that name every webhook, and their content before the tutorial. */
const REGISTERED_IN = ["apps/webhook-list/src/index.ts", "apps/webhook-list/package.json", "knip.json"];
const contentBefore = new Map<string, string>();
const terminals = new Map<string, { readonly child: ChildProcess; text: string }>();
/** A stage finds Node.js 24 itself; the outer test's settings of jest must not reach the inner ones. */
const { NODE_OPTIONS, JEST_WORKER_ID, NODE_ENV, ...outer } = process.env;
/** The port of the receiver on the page, and a free one: somebody may be following the tutorial on this machine. */
const PORT_OF_PAGE = "3999";
const receiverPort = await freePort();
const env = {
  ...outer,
  // What has been built here already is not built again: only what the new webhook changes.
  TURBO_CACHE_DIR: join(ROOT, ".turbo/cache"),
  RECEIVER_PORT: receiverPort,
};

async function freePort(): Promise<string> {
  const server = createServer();
  const { port } = new URL(await listenOnLoopback(server));
  await new Promise((done) => server.close(done));
  return port;
}

beforeAll(async () => {
  for (const file of (await run("git ls-files --cached --others --exclude-standard", ROOT)).split("\n"))
    if (existsSync(join(ROOT, file))) cpSync(join(ROOT, file), join(folder, file));
  // The owner of a clone may have followed the tutorial already.
  if (existsSync(join(folder, "apps/door-bell"))) await run("npm run remove-webhook -- door-bell");
  for (const file of REGISTERED_IN) contentBefore.set(file, readFileSync(join(folder, file), "utf8"));
});
afterAll(async () => {
  for (const name of terminals.keys()) await close(name);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

function run(command: string, cwd = folder): Promise<string> {
  return new Promise((done, reject) => {
    execFile("sh", ["-c", command], { cwd, env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) done(`${stdout}${stderr}`.trim());
      else reject(new Error(`${command}\n${stdout}${stderr}`));
    });
  });
}

async function open(name: string, command: string): Promise<void> {
  await close(name);
  const child = spawn("sh", ["-c", `exec ${command}`], { cwd: folder, env, detached: true });
  const terminal = { child, text: "" };
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      terminal.text += String(chunk);
    });
  terminals.set(name, terminal);
}

/** As Ctrl-C does. */
async function close(name: string): Promise<void> {
  const { child } = terminals.get(name) ?? {};
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.on("exit", done));
  process.kill(-child.pid, "SIGINT");
  await ended;
}

const textOf = (name: string) => terminals.get(name)?.text ?? "";
const until = (name: string, text: string) =>
  eventually(
    () => textOf(name),
    (seen) => seen.includes(text),
  );

/** Runs the next command of the page, which must begin as the test expects it. */
const left = [...STEPS];
async function next(beginning: string): Promise<string> {
  const { command = "", terminal } = left.shift() ?? {};
  expect(command).toContain(beginning);
  const own = command.replaceAll(`localhost:${PORT_OF_PAGE}`, `localhost:${receiverPort}`);
  if (terminal === undefined) return run(own);
  await open(terminal, own);
  return "";
}

it("the tutorial's commands do what it says", async () => {
  expect(await next("npm run new-webhook")).toContain("Created apps/door-bell");
  await next("receiver.mjs");
  await until("receiver", "Listening");
  await next("secrets.env");
  await next("npm start");
  await until("stage", "Ctrl-C ends it.");
  await next("trigger alert --node front-door");
  await until("receiver", `POST /rings?token=${TOKEN}`);
  await until("stage", "front-door");

  const before = textOf("stage");
  await next("sed");
  await eventually(
    () => textOf("stage").slice(before.length),
    (seen) => /door-bell.*reloaded|reloaded.*door-bell/i.test(seen),
  );
  await next("trigger alert --node back-door");
  await until("receiver", "Somebody is at the door");

  await next("receiver.mjs 400");
  await until("receiver", "Listening");
  await next("trigger alert --node cellar-door");
  await until("receiver", "cellar-door");
  await until("stage", "cellar-door");
  const shown = await next("dlq show door-bell");
  expect(shown).toContain("400");
  expect(shown).not.toContain(TOKEN);
  await next("receiver.mjs");
  await until("receiver", "Listening");
  await next("dlq redrive door-bell");
  await until("receiver", "cellar-door");

  // The secret is nowhere but in its file: not in what commands show, and not in the environment or the arguments of a process.
  expect(await run("npm run -s rainhooks -- stage show door-bell")).toContain("secrets.env#door-bell.url");
  for (const command of [
    "npm run -s rainhooks -- stage show --json",
    "npm run -s rainhooks -- logs door-bell",
    "ps axeww",
  ])
    expect(await run(command)).not.toContain(TOKEN);

  expect(await next("npm test")).toContain("1 passed, 0 failed");
  await next("npm run synth");
  const stack = readFileSync(join(folder, "infra/cdktf.out/stacks/rainhooks-dev/cdk.tf.json"), "utf8");
  expect(stack).toContain("ssm:/rainhooks-secrets/dev/door-bell/url");
  expect(stack).not.toContain(TOKEN);
  await close("stage");
  expect(await next("remove-webhook")).toContain("Removed apps/door-bell.");
  expect(left).toEqual([]);
  expect(textOf("stage")).not.toContain(TOKEN);
  await expect(run(`grep -rl "${TOKEN}" .rainhooks`)).rejects.toThrow();
  for (const file of REGISTERED_IN)
    expect(readFileSync(join(folder, file), "utf8")).toBe(contentBefore.get(file));
}, 900_000);
