import { EXTENSIONS } from "@rainhooks/app-list/extensions";
import type { ExtensionRoutes } from "@rainhooks/stage/extension";

/** Loads what extensions add to the console. */
export async function extensionRoutes(): Promise<ExtensionRoutes[]> {
  const all = await Promise.all(EXTENSIONS.map(({ routes }) => routes?.()));
  return all.flatMap((one) => one ?? []);
}
