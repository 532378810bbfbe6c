import { expect, test } from "@jest/globals";
import { asTyped, startAsTyped } from "./as-typed.ts";

test("tasks about stages in AWS are scripts of their own in a clone, and commands elsewhere", () => {
  const text = "Run rainhooks plan-policy dev, and rainhooks plans";
  const clone = { npm_package_name: "rainhooks-workspace" };
  expect(asTyped(text, clone)).toBe(
    "Run npm run -s plan-policy dev, and npm run -s rainhooks -- plans",
  );
  expect(asTyped(text, {})).toBe(text);
});

const HINT = `Usage: rainhooks [options]
  rainhooks archive cat | rainhooks publish --data /tmp/.rainhooks x
Look at them with "rainhooks dlq show a" (rainhooks dlq), the topic rainhooks_x and source <(rainhooks complete bash)`;

test.each([
  ["by its name", {}, "rainhooks", "rainhooks start"],
  [
    "in a project",
    { npm_package_name: "mine", npm_config_user_agent: "npm/11 node/v24" },
    "npx rainhooks",
    "npx rainhooks start",
  ],
  [
    "through npm",
    { npm_package_name: "rainhooks-workspace" },
    "npm run -s rainhooks --",
    "npm start --",
  ],
  [
    "through pnpm",
    {
      npm_package_name: "rainhooks-workspace",
      npm_config_user_agent: "pnpm/12.4.2 npm/? node/v24",
    },
    "pnpm -s rainhooks",
    "npm start --",
  ],
])("commands are shown as they are typed %s", (_, env, name, start) => {
  expect(startAsTyped(env)).toBe(start);
  expect(asTyped("Try: npx rainhooks cost", env)).toBe("Try: npx rainhooks cost");
  expect(asTyped(HINT, env)).toBe(`Usage: ${name} [options]
  ${name} archive cat | ${name} publish --data /tmp/.rainhooks x
Look at them with "${name} dlq show a" (${name} dlq), the topic rainhooks_x and source <(${name} complete bash)`);
});
