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
const changes = new Changes();
try {
  unregister(changes, name);
} catch (error) {
  changes.undo();
  throw error;
}
rmSync(join(ROOT, "apps", name), { recursive: true });
console.log(`Removed apps/${name}.
Where it was deployed, the next deployment takes away its function, logs, alarms, subscriptions, tables and queues, with the messages in them
(npm run -s rainhooks -- dlq shows dead letters). Deletion protection holds tables in production: Terraform then stops. Secrets stay where you have put them.
Remove it from the files in infra/stages, too.`);
