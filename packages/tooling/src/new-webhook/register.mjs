import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { identifierOf } from "./choices.mjs";

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));

/** Changes files of the repository, and can put all of them back. */
export class Changes {
  #before = new Map();

  /** Replaces the text of a file. */
  edit(path, change) {
    const file = join(ROOT, path);
    const text = readFileSync(file, "utf8");
    if (!this.#before.has(file)) this.#before.set(file, text);
    writeFileSync(file, change(text));
  }

  /** Puts a file back with the others, whoever changes it. */
  keep(path) {
    this.edit(path, (text) => text);
  }

  undo() {
    for (const [file, text] of this.#before) writeFileSync(file, text);
  }
}

/** Adds a webhook to the files that stages, builds and checks read. */
export function register(changes, name) {
  const identifier = identifierOf(name);
  changes.edit("apps/webhook-list/package.json", (text) =>
    edited(text, (content) => {
      content.dependencies = sorted({ ...content.dependencies, [`@rainhooks/app-${name}`]: "workspace:*" });
    }),
  );
  changes.edit("apps/webhook-list/tsconfig.json", (text) =>
    edited(text, ({ references }) => references.unshift({ path: `../${name}` })),
  );
  changes.edit("knip.json", (text) =>
    edited(text, ({ workspaces }) => {
      workspaces[`apps/${name}`] = { entry: ["src/handler.ts"] };
    }),
  );
  changes.edit("apps/webhook-list/src/index.ts", (text) =>
    text
      .replace(/(import \{ hello \})/, `${importOf(name)}\n$1`)
      .replace("[...SHIPPED", `[...SHIPPED, ${identifier}`),
  );
}

/** Takes a webhook out of them again. */
export function unregister(changes, name) {
  const identifier = identifierOf(name);
  changes.edit("apps/webhook-list/package.json", (text) =>
    edited(text, ({ dependencies }) => {
      delete dependencies[`@rainhooks/app-${name}`];
    }),
  );
  changes.edit("apps/webhook-list/tsconfig.json", (text) =>
    edited(text, (content) => {
      content.references = content.references.filter(({ path }) => path !== `../${name}`);
    }),
  );
  changes.edit("knip.json", (text) =>
    edited(text, ({ workspaces }) => {
      delete workspaces[`apps/${name}`];
    }),
  );
  changes.edit("apps/webhook-list/src/index.ts", (text) =>
    text.replace(`${importOf(name)}\n`, "").replace(new RegExp(`, ${identifier}\\b`), ""),
  );
}

function importOf(name) {
  return `import { ${identifierOf(name)} } from "@rainhooks/app-${name}/webhook";`;
}

function edited(text, edit) {
  const content = JSON.parse(text);
  edit(content);
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

function sorted(record) {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
