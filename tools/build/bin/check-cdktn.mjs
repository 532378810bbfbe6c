#!/usr/bin/env node
/*
 * Checks that the cdktf app can move to cdktn, the continuation of cdktf: changes a copy of the repository to
 * it, type-checks it, synthesizes both, and compares the stacks. Downloads about a gigabyte.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runPnpm } from "../src/pnpm.mjs";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** The versions of decision 6; with --latest, those that are newest now. */
const CATALOG = [
  [/"@cdktf\/provider-aws": .*/, `"@cdktn/provider-aws": ${versionOf("@cdktn/provider-aws", "25.7.0")}`],
  [/cdktf: .*/, `cdktn: ${versionOf("cdktn", "0.24.0")}`],
  [/constructs: .*/, `constructs: ${versionOf("constructs@<10.8", "10.7.2")}`],
];

function versionOf(spec, decided) {
  if (process.argv[2] !== "--latest") return decided;
  // A range has several, in no order.
  const versions = JSON.parse(execFileSync("npm", ["view", spec, "version", "--json"], { encoding: "utf8" }));
  return [versions]
    .flat()
    .toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }))
    .at(-1);
}

const folder = mkdtempSync(join(tmpdir(), "cdktn-"));
try {
  copyRepository();
  const changed = changeImports();
  const built = runPnpm(
    folder,
    "pnpm install --no-frozen-lockfile && pnpm turbo build --filter=@rainhooks/infra",
  );
  if (built.status !== 0)
    throw new Error(`${built.stdout ?? ""}${built.stderr ?? ""}\nThe build with cdktn failed.`);
  synthesize(ROOT);
  synthesize(folder);
  const differences = compareStacks();
  if (differences.length > 0) throw new Error(`The stacks differ:\n${differences.join("\n")}`);
  console.log(
    `The stacks are the same with cdktn, except for names and versions of the generator and the provider. ${changed} files change.`,
  );
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function run(command, args, cwd) {
  try {
    return execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    throw new Error(`${error.stdout ?? ""}${error.stderr ?? ""}\n${command} ${args.join(" ")} failed.`);
  }
}

function copyRepository() {
  for (const file of run("git", ["ls-files"], ROOT).trim().split("\n"))
    cpSync(join(ROOT, file), join(folder, file), { recursive: true });
}

/** Changes the catalog and the imports. Returns the number of changed files. */
function changeImports() {
  const sources = readdirSync(join(folder, "infra"), { recursive: true })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join("infra", file));
  const edits = [
    ["pnpm-workspace.yaml", (text) => CATALOG.reduce((all, [from, to]) => all.replace(from, to), text)],
    ...["infra/package.json", "knip.json", ...sources].map((file) => [
      file,
      (text) =>
        text.replaceAll("@cdktf/provider-aws", "@cdktn/provider-aws").replaceAll('"cdktf"', '"cdktn"'),
    ]),
  ];
  return edits.filter(([file, edit]) => {
    const path = join(folder, file);
    const before = readFileSync(path, "utf8");
    const after = edit(before);
    if (after !== before) writeFileSync(path, after);
    return after !== before;
  }).length;
}

function synthesize(root) {
  const path = `${dirname(process.execPath)}:${process.env.PATH}`;
  execFileSync(process.execPath, ["--no-deprecation", "src/main.ts", "synth"], {
    cwd: join(root, "infra"),
    stdio: "inherit",
    env: { ...process.env, PATH: path },
  });
}

function compareStacks() {
  const out = join("infra", "cdktf.out");
  const { stacks } = JSON.parse(readFileSync(join(ROOT, out, "manifest.json"), "utf8"));
  return Object.keys(stacks).filter((stack) => {
    const [before, after] = [ROOT, folder].map((root) =>
      normalized(join(root, out, "stacks", stack, "cdk.tf.json")),
    );
    return before !== after;
  });
}

/** Leaves out what may differ: the generator, and the provider's version and source. */
function normalized(file) {
  const { "//": _, terraform, ...rest } = JSON.parse(readFileSync(file, "utf8"));
  const { required_providers, ...others } = terraform;
  return JSON.stringify({ ...rest, terraform: others });
}
