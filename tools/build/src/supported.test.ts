import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { ROOT } from "./lambda-node.mjs";
import { NODE } from "./release/bin.mjs";

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const page = read("docs/supported.md");
const row = (name: string) => page.split("\n").find((line) => line.startsWith(`| ${name} `)) ?? "";

it("docs/supported.md says which Node.js packages and the clone need", () => {
  expect(row("Node.js, installed packages")).toContain(`${NODE.replace(">=", "")} and newer`);
  expect(read("packages/create-rainhooks/templates/project/package.json")).toContain(
    `"node": "${NODE}"`,
  );
  expect(row("Node.js, a clone")).toContain(
    `${JSON.parse(read("package.json")).engines.node.replace(">=", "")} and newer`,
  );
});

it("docs/supported.md says on which Node.js functions run, and which cdktf makes stacks", () => {
  const [runtime] = /nodejs\d+\.x/.exec(read("packages/stack/src/function/lambda.ts")) ?? [];
  expect(row("Node.js, functions")).toContain(String(runtime));
  const [, cdktf] = /^ {2}cdktf: (\d+\.\d+)/m.exec(read("pnpm-workspace.yaml")) ?? [];
  expect(row("Terraform's CDK")).toContain(`cdktf ${cdktf}`);
});

it("docs/supported.md names the operating systems of the workflows", () => {
  const workflows = readdirSync(join(ROOT, ".github/workflows")).map((name) =>
    read(`.github/workflows/${name}`),
  );
  const systems = new Set(
    workflows.flatMap((text) => [...text.matchAll(/\b(\w+)-latest\b/g)].map(([, name]) => name)),
  );
  expect([...systems].filter((name) => !row("operating systems").includes(String(name)))).toEqual(
    [],
  );
});

it("the README says how to have the commands that are not npm's, in the versions that are used", () => {
  const readme = read("README.md");
  const deploy = read("docs/deploy.md");
  expect(readme).toContain(
    `npx --yes ${JSON.parse(read("package.json")).packageManager} turbo build`,
  );
  const [cli] = /npm install --global cdktf-cli@[\d.]+/.exec(deploy) ?? ["none"];
  expect(readme).toContain(cli);
});
