import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../../../../..", import.meta.url));
const RELEASE = join(ROOT, "tools/build/bin/release.mjs");
const WORKSPACE = join(ROOT, "node_modules");
/** Where pnpm has every dependency of the workspace. */
const DEPENDENCIES = join(WORKSPACE, ".pnpm/node_modules");

let types: Promise<unknown> | undefined;

/**
 * Packs what people install into a folder, or one package alone. The tests of a folder run without
 * the types of all: they are made here.
 */
export async function packRelease(folder: string, only?: string): Promise<void> {
  const compile = ["node_modules/typescript/bin/tsc", "-b", "--checkers", "1"];
  types ??= run(process.execPath, compile, { cwd: ROOT });
  await types;
  await run(process.execPath, [
    RELEASE,
    "--out",
    folder,
    ...(only === undefined ? [] : ["--only", only]),
  ]);
}

/**
 * Installs packed packages in the `node_modules` of a folder, as npm does. Their dependencies are
 * those of the workspace, so that no registry is needed.
 *
 * @param packed The folder with the packed packages.
 */
export async function installPacked(packed: string, folder: string): Promise<void> {
  const modules = join(folder, "node_modules");
  const archives = (await readdir(packed)).filter((name) => name.endsWith(".tgz"));
  for (const archive of archives) {
    const name = archive.replace(/-\d.*$/, "").replace(/^rainhooks-/, "@rainhooks/");
    await mkdir(join(modules, name), { recursive: true });
    await run("tar", [
      "-xzf",
      join(packed, archive),
      "-C",
      join(modules, name),
      "--strip-components=1",
    ]);
  }
  for (const name of await readdir(DEPENDENCIES)) {
    if (
      name.startsWith(".") ||
      ["@rainhooks", "@types"].includes(name) ||
      existsSync(join(modules, name))
    )
      continue;
    await symlink(join(DEPENDENCIES, name), join(modules, name));
  }
  // What the workspace itself needs is beside them.
  await mkdir(join(modules, "@types"));
  for (const name of ["typescript", "@types/node"])
    await symlink(join(WORKSPACE, name), join(modules, name));
  await symlink(join(DEPENDENCIES, "@types/aws-lambda"), join(modules, "@types/aws-lambda"));
}
