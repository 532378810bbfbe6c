#!/usr/bin/env node
/* Runs the first tier's tests of the package in the current folder. Arguments are jest's. */
import { spawnSync } from "node:child_process";
import { firstTier, JEST } from "../src/jest-run.mjs";
import { findNode, nodeEnvironment, ROOT } from "../src/lambda-node.mjs";

const node = findNode() ?? process.execPath;
const { status } = spawnSync(
  node,
  [
    ...JEST,
    "--rootDir",
    ROOT,
    // Patterns in the arguments choose among them.
    "--roots",
    process.cwd(),
    ...process.argv.slice(2),
    ...firstTier(),
  ],
  {
    cwd: ROOT,
    stdio: "inherit",
    env: nodeEnvironment(node),
  },
);
process.exit(status ?? 1);
