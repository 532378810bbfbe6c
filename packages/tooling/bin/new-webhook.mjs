#!/usr/bin/env node
/*
 * Makes a webhook that logs the events it wants: `new-webhook <name>` writes apps/<name>, and lists it where the local
 * stage and the infrastructure look.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const [name = "", ...more] = process.argv.slice(2);

function fail(message) {
  console.error(message);
  process.exit(1);
}

if (!/^[a-z][a-z0-9-]{0,29}$/.test(name) || more.length > 0) {
  fail("Usage: npm run new-webhook -- <name>, up to 30 lower-case letters, digits and dashes.");
}
const folder = join(ROOT, "apps", name);
if (existsSync(folder)) fail(`apps/${name} exists already: choose another name.`);

const identifier = name.replace(/-+(.)?/g, (_, letter = "") => letter.toUpperCase());

function change(path, edit) {
  const file = join(ROOT, path);
  writeFileSync(file, edit(readFileSync(file, "utf8")));
}

function changeJson(path, edit) {
  change(path, (text) => {
    const content = JSON.parse(text);
    edit(content);
    return `${JSON.stringify(content, undefined, 2)}\n`;
  });
}

function sorted(record) {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

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
writeFileSync(
  join(folder, "src/webhook.ts"),
  `import { defineWebhook } from "@rainhooks/webhook/define";

/** Says what this webhook is for. */
export const ${identifier} = defineWebhook({
  name: "${name}",
  description: "The webhook ${name}.",
  events: ["rmaker.event.node_connected", "rmaker.event.node_disconnected"],
});
`,
);
changeJson(join("apps", name, "package.json"), ({ dependencies }) => {
  delete dependencies["@rainhooks/core"];
});
changeJson(join("apps", name, "tsconfig.json"), (content) => {
  content.references = content.references.filter(({ path }) => !path.endsWith("/core"));
});
changeJson("apps/webhooks/package.json", (content) => {
  content.dependencies = sorted({ ...content.dependencies, [`@rainhooks/app-${name}`]: "workspace:*" });
});
changeJson("apps/webhooks/tsconfig.json", ({ references }) => references.unshift({ path: `../${name}` }));
changeJson("knip.json", ({ workspaces }) => {
  workspaces[`apps/${name}`] = { entry: ["src/handler.ts"] };
});
change("apps/webhooks/src/index.ts", (text) =>
  text
    .replace(/(import \{ hello \})/, `import { ${identifier} } from "@rainhooks/app-${name}/webhook";\n$1`)
    .replace("hello];", `hello, ${identifier}];`),
);
console.log(
  `apps/${name} is there. Choose its events in src/webhook.ts, give it a sink in src/handler.ts, and run npm start.`,
);
