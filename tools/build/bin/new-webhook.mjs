/*
 * Creates a webhook: writes apps/<name>, and adds it to the lists that stages, builds and checks
 * read. Git takes it away again.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { filesOf, withWebhook } from "../../../packages/create-rainhooks/src/templates.mjs";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const LIST = "apps/list/src/project-extensions.ts";

/** Creates a webhook. */
export function makeWebhook(choices) {
  const { name } = choices;
  const listed = withWebhook(
    readFileSync(join(ROOT, LIST), "utf8"),
    name,
    `@rainhooks/app-${name}/webhook`,
  );
  if (listed === undefined)
    throw new Error(`${LIST} has another form than expected. Edit it by hand.`);
  for (const [path, text] of Object.entries(filesOf(choices))) {
    const file = join(ROOT, "apps", name, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  writeFileSync(join(ROOT, LIST), listed);
  editJson("apps/list/package.json", ({ dependencies, ...rest }) => {
    const all = { ...dependencies, [`@rainhooks/app-${name}`]: "workspace:*" };
    return {
      ...rest,
      dependencies: Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1))),
    };
  });
  editJson("apps/list/tsconfig.json", ({ references, ...rest }) => ({
    ...rest,
    references: [{ path: `../${name}` }, ...references],
  }));
}

function editJson(path, edit) {
  const file = join(ROOT, path);
  writeFileSync(
    file,
    `${JSON.stringify(edit(JSON.parse(readFileSync(file, "utf8"))), undefined, 2)}\n`,
  );
}
