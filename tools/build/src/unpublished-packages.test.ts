import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { ROOT } from "./lambda-node.mjs";

/*
 * Nobody owns the names of the packages on npm yet: whoever takes one runs code on the machine of
 * everybody who copies a line that installs it.
 */

const NAME = String.raw`(?:create-rainhooks|rainhooks|@rainhooks\/[a-z-]+)(?=[@\s"'\x60]|$)`;
/**
 * Commands that take a package from the registry. `npx` takes it from there where no project has
 * it: what follows on the way of an installed project may say it.
 */
const INSTALLS = [
  String.raw`npm (?:create|init|exec|x) (?:\S+ )*?(?:--package[= ])?${NAME}`,
  String.raw`(?:npm|pnpm|yarn|bun) (?:install|i|add|dlx|create|exec) (?:\S+ )*?${NAME}`,
  String.raw`npx (?:-\S+ )+${NAME}`,
  `npx (?:create-rainhooks|rainhooks@|@rainhooks)`,
  String.raw`npmjs\.com\/(?:package\/)?(?:create-)?@?rainhooks`,
];
const INSTALLING = new RegExp(INSTALLS.join("|"));
/** Where a project has the command installed. */
const IN_A_PROJECT = [
  "docs/your-own-project.md",
  "docs/upgrading.md",
  "infra/README.md",
  "packages/create-rainhooks/templates/project/README.md",
  "infra/src/tasks/workplace.ts",
  "apps/cli/src/project/new-webhook.ts",
  "packages/stage/src/terminal/as-typed.ts",
];

/** Pages, and code that prints something, by path. */
function texts(): [path: string, text: string][] {
  const exclude = (path: string) =>
    /(?:^|\/)(?:node_modules|dist|bundle|cdktf\.out|\.vitepress)$/.test(path);
  return globSync(["*.md", "{apps,packages,extensions,tools,infra,docs}/**/*.{md,ts,tsx,mjs}"], {
    cwd: ROOT,
    exclude,
  })
    .filter((path) => !/\.test\.tsx?$/.test(path))
    .map((path) => [path, readFileSync(join(ROOT, path), "utf8")]);
}

test.each([
  ["npm create rainhooks@latest my-hooks", true],
  ["npm init rainhooks", true],
  ["npm install --global rainhooks", true],
  ["npm install rainhooks@0.2 @rainhooks/webhook@0.2", true],
  ["npm i -D @rainhooks/infra", true],
  ["pnpm add -D @rainhooks/webhook", true],
  ["npx --yes rainhooks", true],
  ["npx create-rainhooks", true],
  ["npm exec --package=rainhooks -- rainhooks", true],
  ["https://www.npmjs.com/package/rainhooks", true],
  ["npm run new-project -- ../my-hooks", false],
  ["npm run -s rainhooks -- nodes", false],
  ["npx rainhooks nodes", false],
  ["npx --yes pnpm@12.4.2 turbo build", false],
])("%s takes a package of Rainhooks from the registry: %s", (line, installs) => {
  expect(INSTALLING.test(line)).toBe(installs);
});

test("no page and no program says to take a package from the registry that nobody owns there", () => {
  const all = texts();
  expect(all.length).toBeGreaterThan(500);
  const lines = all.flatMap(([path, text]) =>
    text.split("\n").map((line) => [path, line] as const),
  );
  const wrong = lines.filter(([, line]) => INSTALLING.test(line));
  expect(wrong).toEqual([]);
  const byNpx = lines.filter(([, line]) => /npx rainhooks/.test(line)).map(([path]) => path);
  expect([...new Set(byNpx)].sort()).toEqual([...IN_A_PROJECT].sort());
});
