import { join } from "node:path";
import { beforeAll, expect, it } from "@jest/globals";
import { writeNotes } from "./installed/notes-of-docs.ts";
import { useCopy } from "./tutorials/copied-repository.ts";

/*
 * A clone with webhooks of its own, as the tutorial makes them, and the extension of the docs: what
 * comes with Rainhooks is tested as before, and its own tests pass, too. Here runs what has a list
 * of functions: the tests that take the own ones, those that were red with them once, and the
 * commands that run or deploy all.
 */

const FILES = [
  "apps/door-bell/",
  "apps/y/",
  "apps/list/",
  "apps/api/src/contract",
  "tools/build/src/rules",
  "tools/bench/src/bundles",
  "tools/reference/src/docs.test",
  "tools/e2e/src/cli/help",
  "tools/e2e/src/docs.test",
  "infra/src/(data|golden)",
];
/** One file has a deployed stage: with the first of its commands, all its functions are read. */
const DEPLOYED = ["tools/e2e/src/deployed-stage.e2e", "-t", "finds every resource"];

const { folder, run } = useCopy();

beforeAll(async () => {
  await run("npm run new-webhook -- door-bell --sink http");
  await run("npm run new-webhook -- y --events alert --sink dynamodb");
  const list = join(folder, "apps/list/src");
  await writeNotes(list, "project-extensions.ts", "@rainhooks/stage/published");
});

it.each([
  ["that depend on the list of functions", FILES, /\d{3} passed, 0 failed/],
  ["of a deployed stage", DEPLOYED, /1 passed, 0 failed/],
])("a clone with two webhooks of its own passes the tests %s", async (_, args, passed) => {
  // Each worker would load everything, for a few files.
  const command = `npm test -- --runInBand ${args.map((word) => `'${word}'`).join(" ")}`;
  console.log(`With two webhooks of its own: ${command}`);
  const output = await run(command);
  expect(output).toMatch(passed);
  expect(output).not.toContain("collision");
});

it("a clone with code of its own compiles", async () => {
  expect(await run("npm run typecheck")).toContain("tsc -b");
});

it("a clone with two webhooks of its own runs one of them, and synthesizes both", async () => {
  const started = await run(
    "npm start -- --events 20 --nodes 5 --exit --webhooks y,archive,node-status",
  );
  expect(started).toContain("Every message is accounted for.");
  const synth = await run(
    "npm run synth && grep -rl rainhooks-dev-door-bell infra/cdktf.out/stacks/rainhooks-dev/cdk.tf.json",
  );
  expect(synth).toContain("rainhooks-dev/cdk.tf.json");
});
