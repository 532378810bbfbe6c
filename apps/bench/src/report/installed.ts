import { execFile } from "node:child_process";
import { cp, glob, lstat, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "./root.ts";

const MB = 1024 * 1024;

/** What an installation takes on a disk. */
export interface Installed {
  /** Without the infrastructure's packages and without those of mutation testing. */
  readonly mib: number;
  readonly withInfraMib: number;
  /** The largest packages of the first number. */
  readonly largest: readonly { readonly name: string; readonly mib: number }[];
}

/** Installs the packages of the lockfile into a new folder, from those that are on this machine already, and measures them. */
export async function measureInstalled(): Promise<Installed> {
  const folder = await mkdtemp(join(tmpdir(), "installed-"));
  try {
    for await (const path of glob(MANIFESTS, { cwd: ROOT, exclude: ["**/node_modules"] }))
      await cp(join(ROOT, path), join(folder, path));
    await install(folder, ["infra", "mutants"]);
    const store = join(folder, "node_modules/.pnpm");
    const folders = (await readdir(store, { withFileTypes: true })).filter((entry) => entry.isDirectory());
    const sizes = await Promise.all(
      folders.map(async ({ name }) => ({ name, mib: (await bytesIn(join(store, name))) / MB })),
    );
    const largest = sizes.toSorted((a, b) => b.mib - a.mib).slice(0, LARGEST);
    await install(folder, ["mutants"]);
    const mib = sizes.reduce((sum, one) => sum + one.mib, 0);
    return { mib, largest, withInfraMib: (await bytesIn(store)) / MB };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const MANIFESTS = [
  ...["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", ".npmrc"],
  ...["apps/*/package.json", "packages/*/package.json", "infra/package.json"],
];
const LARGEST = 5;

async function install(cwd: string, without: readonly string[]): Promise<void> {
  const { packageManager } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  const filter = without.map((name) => ` --filter=!@rainhooks/${name}`).join("");
  const line = `pnpm install --frozen-lockfile --prefer-offline --ignore-scripts${filter}`;
  await promisify(execFile)("npm", ["exec", "--yes", `--package=${packageManager}`, "-c", line], { cwd });
}

/** Returns what is in a folder and those in it. A link has no size: what it leads to is counted where it is, and once. */
async function bytesIn(folder: string): Promise<number> {
  const files = new Map<number, number>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) {
      const { ino, blocks } = await lstat(join(entry.parentPath, entry.name));
      files.set(ino, blocks * BLOCK_BYTES);
    }
  return [...files.values()].reduce((sum, bytes) => sum + bytes, 0);
}

const BLOCK_BYTES = 512;
