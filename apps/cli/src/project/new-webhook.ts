import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXTENSIONS_FILE, WEBHOOKS_FOLDER } from "@rainhooks/app-list/project/folder";
import { publishedNames } from "@rainhooks/core/catalog";
import { wrongInput } from "@rainhooks/core/errors";
import { ChoiceMistake, type Choices, readChoices } from "create-rainhooks/choices.mjs";
import { projectFilesOf, withWebhook } from "create-rainhooks/templates.mjs";
import { projectHere } from "./here.ts";

/**
 * Writes the files of a webhook into the project, and adds it to the list of what is the project's
 * own.
 *
 * @throws {RainhooksError} `input-invalid` for a wrong argument.
 */
export function newWebhook(args: readonly string[]): void {
  const project = projectHere("npm run new-webhook");
  const folder = join(project, WEBHOOKS_FOLDER);
  const choices = chosen(args, (name) =>
    existsSync(join(folder, name)) ? `${WEBHOOKS_FOLDER}/${name}` : undefined,
  );
  const { name, sink, events } = choices;
  mkdirSync(join(folder, name), { recursive: true });
  for (const [path, text] of Object.entries(projectFilesOf(choices)))
    writeFileSync(join(folder, name, path), text);
  console.log(
    `Created webhooks/${name}: webhook.ts says which events it gets, handler.ts what it does with them.`,
  );
  const from = `./${WEBHOOKS_FOLDER}/${name}/webhook.ts`;
  const listed = withWebhook(readFileSync(join(project, EXTENSIONS_FILE), "utf8"), name, from);
  if (listed === undefined)
    console.log(`Add it to the functions in ${EXTENSIONS_FILE}, from ${from}.`);
  else writeFileSync(join(project, EXTENSIONS_FILE), listed);
  if (sink === "http")
    console.log(
      `Say where it sends: (umask 077; echo '${name}.url=http://localhost:3000/hook' >> secrets.env)`,
    );
  console.log(`Try it: npm start, and in another terminal: npx rainhooks trigger ${events[0]}`);
  console.log("Test it: npm test");
}

function chosen(args: readonly string[], folderOf: (name: string) => string | undefined): Choices {
  const command = "npx rainhooks new-webhook";
  try {
    return readChoices(args, { events: publishedNames(), folderOf, command });
  } catch (error) {
    throw error instanceof ChoiceMistake ? wrongInput(error.message, error) : error;
  }
}
