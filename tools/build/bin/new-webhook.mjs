/*
 * Creates a webhook: writes apps/<name>, and adds it to the list that the local stage and the infrastructure
 * use.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { filesOf } from "../../../packages/create-rainhooks/src/new-webhook/templates.mjs";
import { Changes, register } from "../src/new-webhook/register.mjs";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * Creates a webhook.
 *
 * @returns A function that undoes all changes.
 */
export function makeWebhook(choices) {
  const folder = join(ROOT, "apps", choices.name);
  const changes = new Changes();
  const undo = () => {
    rmSync(folder, { recursive: true, force: true });
    changes.undo();
  };
  changes.keep("pnpm-lock.yaml");
  try {
    for (const [path, text] of Object.entries(filesOf(choices))) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    register(changes, choices.name);
  } catch (error) {
    undo();
    throw error;
  }
  return undo;
}
