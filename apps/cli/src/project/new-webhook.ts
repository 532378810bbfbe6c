import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { publishedNames } from "@rainhooks/core/catalog";
import { RainhooksError } from "@rainhooks/core/errors";
import { ChoiceMistake, readChoices } from "create-rainhooks/new-webhook/choices.mjs";
import { projectFilesOf } from "create-rainhooks/new-webhook/templates.mjs";
import { projectHere } from "./here.ts";

/**
 * Writes the files of a webhook into the project, which has it from then on.
 *
 * @throws {RainhooksError} `input-invalid` for a wrong argument.
 */
export async function newWebhook(args: readonly string[]): Promise<void> {
  const folder = join(projectHere("npm run new-webhook"), "webhooks");
  const choices = await readChoices(args, {
    events: publishedNames(),
    folderOf: (name) => (existsSync(join(folder, name)) ? `webhooks/${name}` : undefined),
    command: "npx rainhooks new-webhook",
  }).catch((error: unknown) => {
    throw error instanceof ChoiceMistake
      ? new RainhooksError("input-invalid", error.message, { cause: error })
      : error;
  });
  const { name, sink, events } = choices;
  mkdirSync(join(folder, name), { recursive: true });
  for (const [path, text] of Object.entries(projectFilesOf(choices)))
    writeFileSync(join(folder, name, path), text);
  console.log(
    `Created webhooks/${name}: webhook.ts says which events it gets, handler.ts what it does with them.`,
  );
  if (sink === "http")
    console.log(
      `Say where it sends: (umask 077; echo '${name}.url=http://localhost:3000/hook' >> secrets.env)`,
    );
  console.log(`Try it: npm start, and in another terminal: npx rainhooks trigger ${events[0]}`);
  console.log("Test it: npm test");
}
