/*
 * Removes a webhook of your own: npm run remove-webhook -- <name>. Says what the next deployment takes away, and what it leaves.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { fileURLToPath } from "node:url";
import { Changes, listed, unregister } from "../src/new-webhook/register.mjs";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** Returns the tables and secrets of a webhook's definition; `undefined` if it cannot be loaded. */
async function readDefinition(name) {
  const module = await import(join(ROOT, "apps", name, "src/webhook.ts")).catch(() => undefined);
  if (module === undefined) return undefined;
  const definition = Object.values(module).find((one) => one?.name === name);
  const { resources = {}, settings = {} } = definition ?? {};
  return {
    tables: Object.values(resources).flatMap(({ kind, table }) => (kind === "table" ? [table.name] : [])),
    secrets: Object.entries(settings).flatMap(([key, { kind }]) => (kind === "secret" ? [key] : [])),
  };
}

/** The webhooks that come with Rainhooks cannot be removed: tests and the query API need them. */
function isShipped(name) {
  const list = readFileSync(join(ROOT, "apps/webhook-list/src/index.ts"), "utf8");
  const [, identifier] =
    new RegExp(`import \\{ (\\w+) \\} from "@rainhooks/app-${name}/webhook"`).exec(list) ?? [];
  return listed(list, "SHIPPED").includes(identifier);
}

/** Whether Git has no copy of the code: it was never committed, or has changed since. */
function isUncommitted(name) {
  const { status, stdout } = spawnSync("git", ["status", "--porcelain", "--", join("apps", name)], {
    cwd: ROOT,
    encoding: "utf8",
  });
  return status !== 0 || stdout.trim() !== "";
}

/** Asks before code is deleted of which Git has no copy. Where nobody can be asked, it says what confirms it. */
async function mayDelete(name, isConfirmed) {
  if (isConfirmed || !isUncommitted(name)) return true;
  const lost = `apps/${name} is not committed, and would be lost.`;
  if (!process.stdin.isTTY) {
    console.error(`${lost} To delete it, add --yes.`);
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${lost} Delete it? [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

function mistakeIn([name = "", ...more]) {
  if (!/^[a-z][a-z0-9-]*$/.test(name) || more.length > 0)
    return "Usage: npm run remove-webhook -- <name> [--yes]";
  if (!existsSync(join(ROOT, "apps", name, "src/webhook.ts"))) return `There is no webhook apps/${name}.`;
  if (isShipped(name))
    return `${name} comes with Rainhooks. To stop it on a stage, set functions.${name}.deployed to false there.`;
  return undefined;
}

function sayMore({ tables, secrets }) {
  if (tables.length > 0)
    console.log(
      `It also deletes its ${tables.length === 1 ? "table" : "tables"} ${tables.join(", ")}. Deletion protection holds them in production: Terraform then stops.`,
    );
  if (secrets.length > 0)
    console.log(
      `It leaves the ${secrets.length === 1 ? "secret" : "secrets"} ${secrets.join(", ")} where you have put them.`,
    );
}

const words = process.argv.slice(2).filter((word) => word !== "--yes");
const mistake = mistakeIn(words);
if (mistake !== undefined) {
  console.error(mistake);
  process.exit(2);
}
const [name] = words;
if (!(await mayDelete(name, process.argv.includes("--yes")))) {
  console.error("Nothing was removed.");
  process.exit(1);
}
const definition = await readDefinition(name);
const changes = new Changes();
try {
  unregister(changes, name);
} catch (error) {
  changes.undo();
  throw error;
}
rmSync(join(ROOT, "apps", name), { recursive: true });
console.log(`Removed apps/${name}.`);
console.log(
  "Where it was deployed, the next deployment takes away its function, logs, alarms, subscriptions and",
);
console.log("queues, with the messages in them (npm run -s rainhooks -- dlq shows dead letters).");
if (definition === undefined)
  console.log(
    "Its definition cannot be loaded. Its tables, if it has any, would be deleted, too: read the plan.",
  );
else sayMore(definition);
console.log("Remove it from the files in infra/stages, too.");
