import { EXTENSIONS } from "@rainhooks/app-list/extensions";
import { loadOperations } from "@rainhooks/app-list/operations";
import type { ExtensionRoutes } from "@rainhooks/stage/extension";
import { operationRoutes } from "@rainhooks/stage/routes/operation-routes";

/** Loads what extensions add to the console. */
export async function extensionRoutes(): Promise<ExtensionRoutes[]> {
  const all = await Promise.all(EXTENSIONS.map(({ routes }) => routes?.()));
  const operations = await loadOperations();
  return [
    ...all.flatMap((one) => one ?? []),
    { routesOf: (parts) => operationRoutes(operations, parts) },
  ];
}
