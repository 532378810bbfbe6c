import { execFile } from "node:child_process";
import { readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const PACK = fileURLToPath(new URL("../../../../packages/tooling/bin/pack-cli.mjs", import.meta.url));
/** Where pnpm has every dependency of the workspace. */
const DEPENDENCIES = fileURLToPath(new URL("../../../../node_modules/.pnpm/node_modules", import.meta.url));

/**
 * Packs the command and unpacks the package in a folder, as npm does when it installs it. Its dependencies are those of the
 * workspace, so that no registry is needed.
 *
 * @returns Path of the installed command.
 */
export async function installPacked(folder: string): Promise<string> {
  const packed = join(folder, "packed");
  await run(process.execPath, [PACK, packed]);
  const archive = (await readdir(packed)).find((name) => name.endsWith(".tgz")) ?? "";
  await run("tar", ["-xzf", join(packed, archive), "-C", folder]);
  await symlink(DEPENDENCIES, join(folder, "node_modules"));
  return join(folder, "package", "bin.mjs");
}
