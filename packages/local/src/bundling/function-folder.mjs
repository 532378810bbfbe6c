import { existsSync, globSync } from "node:fs";
import { join } from "node:path";

/**
 * Returns the folder of a function in the workspace, in which its bundle is: that of an app, or one
 * among the functions of an app or of an extension.
 *
 * @param root Root folder of the workspace.
 */
export function functionFolder(root, name) {
  const app = join(root, "apps", name);
  if (existsSync(join(app, "package.json"))) return app;
  const [folder = app] = globSync(`{apps/*/src,extensions/*}/functions/${name}`, { cwd: root });
  return join(root, folder);
}
