#!/usr/bin/env node
/* Runs the tests of the first tier of the package in the current folder. Arguments are passed to jest. */
import { spawnSync } from "node:child_process";
import { relative } from "node:path";
import { firstTier, JEST } from "../src/jest-run.mjs";
import { findNode, nodeEnvironment, ROOT } from "../src/lambda-node.mjs";

const node = findNode() ?? process.execPath;
const tests = `^${relative(ROOT, process.cwd()).replaceAll("\\", "/")}/`;
const { status } = spawnSync(
  node,
  [
    ...JEST,
    "--rootDir",
    ROOT,
    "--testPathPatterns",
    `/${tests.slice(1)}`,
    ...firstTier(),
    ...process.argv.slice(2),
  ],
  {
    cwd: ROOT,
    stdio: "inherit",
    env: nodeEnvironment(node),
  },
);
process.exit(status ?? 1);
