/*
 * Creates a webhook that logs its events: writes apps/<name>, and adds it to the list that the local stage and the
 * infrastructure use.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** Checks the name of a new webhook. Returns an error message, or `undefined` if the name is valid. */
export function checkName([name = "", ...more]) {
  if (!/^[a-z][a-z0-9-]{0,29}$/.test(name) || more.length > 0) {
    return "Usage: npm run new-webhook -- <name>. The name has up to 30 lower-case letters, digits and dashes.";
  }
  if (existsSync(join(ROOT, "apps", name))) return `apps/${name} already exists. Choose another name.`;
  if (!isIdentifier(identifierOf(name))) {
    return `${name} is a reserved word of JavaScript. Choose another name.`;
  }
  return undefined;
}

function identifierOf(name) {
  return name.replace(/-+(.)?/g, (_, letter = "") => letter.toUpperCase());
}

/** Returns false for reserved words. */
function isIdentifier(identifier) {
  if (["await", "undefined"].includes(identifier)) return false;
  try {
    new Function(`"use strict"; const ${identifier} = 1;`);
    return true;
  } catch {
    return false;
  }
}

/**
 * Creates a webhook.
 *
 * @returns A function that undoes all changes.
 */
export function makeWebhook(name) {
  const folder = join(ROOT, "apps", name);
  const before = new Map();
  const undo = () => {
    rmSync(folder, { recursive: true, force: true });
    for (const [file, text] of before) writeFileSync(file, text);
  };
  const change = (path, edit) => {
    const file = join(ROOT, path);
    const text = readFileSync(file, "utf8");
    if (!before.has(file)) before.set(file, text);
    writeFileSync(file, edit(text));
  };
  const lockfile = join(ROOT, "pnpm-lock.yaml");
  before.set(lockfile, readFileSync(lockfile, "utf8"));
  try {
    writeApp(folder, name);
    register(change, name);
  } catch (error) {
    undo();
    throw error;
  }
  return undo;
}

function writeApp(folder, name) {
  const identifier = identifierOf(name);
  mkdirSync(join(folder, "src"), { recursive: true });
  for (const file of ["package.json", "tsconfig.json", "src/handler.ts"]) {
    const text = readFileSync(join(ROOT, "apps/hello", file), "utf8");
    writeFileSync(
      join(folder, file),
      text
        .replaceAll("@rainhooks/app-hello", `@rainhooks/app-${name}`)
        .replace("Logs every event: the webhook to copy from.", `The webhook ${name}.`)
        .replaceAll("hello", identifier),
    );
  }
  editJson(join(folder, "package.json"), ({ dependencies }) => {
    delete dependencies["@rainhooks/core"];
  });
  editJson(join(folder, "tsconfig.json"), (content) => {
    content.references = content.references.filter(({ path }) => !path.endsWith("/core"));
  });
  writeFileSync(
    join(folder, "src/webhook.ts"),
    `import { defineWebhook } from "@rainhooks/webhook/define";

/** Describe here what this webhook does. */
export const ${identifier} = defineWebhook({
  name: "${name}",
  description: "The webhook ${name}.",
  events: ["rmaker.event.node_connected", "rmaker.event.node_disconnected"],
});
`,
  );
}

/** Adds a webhook to the files that stages, builds and checks read. */
function register(change, name) {
  const identifier = identifierOf(name);
  change("apps/webhook-list/package.json", (text) =>
    edited(text, (content) => {
      content.dependencies = sorted({ ...content.dependencies, [`@rainhooks/app-${name}`]: "workspace:*" });
    }),
  );
  change("apps/webhook-list/tsconfig.json", (text) =>
    edited(text, ({ references }) => references.unshift({ path: `../${name}` })),
  );
  change("knip.json", (text) =>
    edited(text, ({ workspaces }) => {
      workspaces[`apps/${name}`] = { entry: ["src/handler.ts"] };
    }),
  );
  change("apps/webhook-list/src/index.ts", (text) =>
    text
      .replace(/(import \{ hello \})/, `import { ${identifier} } from "@rainhooks/app-${name}/webhook";\n$1`)
      .replace("[...SHIPPED", `[...SHIPPED, ${identifier}`),
  );
}

function edited(text, edit) {
  const content = JSON.parse(text);
  edit(content);
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

function editJson(file, edit) {
  writeFileSync(file, edited(readFileSync(file, "utf8"), edit));
}

function sorted(record) {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
