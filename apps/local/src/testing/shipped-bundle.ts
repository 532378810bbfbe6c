import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bundleDir, sourceDir } from "@rainhooks/app-list/bundles";
import { bundleFunction } from "@rainhooks/local/bundling/bundle-function.mjs";

const LIST = "project-extensions.ts";
const made = new Map<string, Promise<string>>();

/**
 * Returns the folder of a function's bundle as it comes with Rainhooks: without code of your own.
 */
export async function shippedBundle(name: string): Promise<string> {
  const bundle = made.get(name) ?? makeShipped(name);
  made.set(name, bundle);
  return await bundle;
}

async function makeShipped(name: string): Promise<string> {
  return hasOwnCode(name) ? withoutOwnCode(name) : bundleDir(name);
}

/** Without code of your own, the list imports types alone. */
function hasOwnCode(name: string): boolean {
  const meta = readFileSync(join(dirname(bundleDir(name)), "bundle-maps/meta.json"), "utf8");
  const inputs: Readonly<Record<string, { imports: readonly unknown[] }>> = JSON.parse(meta).inputs;
  return Object.entries(inputs).some(
    ([path, { imports }]) => path.endsWith(`/${LIST}`) && imports.length > 0,
  );
}

async function withoutOwnCode(name: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), `shipped-${name}-`));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const empty = join(folder, LIST);
  writeFileSync(empty, "export const PROJECT_EXTENSIONS = [];\n");
  const entry = join(sourceDir(name) ?? "", "handler.ts");
  await bundleFunction({ entry, folder, replaced: { [`./${LIST}`]: empty } });
  return join(folder, "bundle");
}
