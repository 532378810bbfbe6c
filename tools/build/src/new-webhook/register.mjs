import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { withWebhook } from "../../../../packages/create-rainhooks/src/new-webhook/own-list.mjs";

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

  /** Restores a file with the others in undo(), also if another program changes it. */
  keep(path) {
    this.edit(path, (text) => text);
  }

  undo() {
    for (const [file, text] of this.#before) writeFileSync(file, text);
  }
}

/** Adds a webhook to the files that stages, builds and checks read. */
export function register(changes, name) {
  changes.edit("apps/list/package.json", (text) =>
    edited(text, (content) => {
      content.dependencies = sorted({ ...content.dependencies, [`@rainhooks/app-${name}`]: "workspace:*" });
    }),
  );
  changes.edit("apps/list/tsconfig.json", (text) =>
    edited(text, ({ references }) => references.unshift({ path: `../${name}` })),
  );
  changes.edit("apps/list/src/own.ts", (text) => {
    const listed = withWebhook(text, name, `@rainhooks/app-${name}/webhook`);
    if (listed !== undefined) return listed;
    throw new Error("apps/list/src/own.ts has another form than expected. Edit it by hand.");
  });
}

function edited(text, edit) {
  const content = JSON.parse(text);
  edit(content);
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

function sorted(record) {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
