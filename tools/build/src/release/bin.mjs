import { writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Functions run on Node.js 24; what runs on the machine of a developer loads TypeScript, which
 * Node.js does since this version.
 */
export const NODE = ">=22.18";

/**
 * Writes the program of a package. An older Node.js is told which one is needed before anything
 * else is loaded: it could not load that.
 *
 * @param main The module that it runs, relative to the folder of the package.
 */
export function writeBin(out, main) {
  const [major, minor] = NODE.slice(2).split(".");
  const text = `#!/usr/bin/env node
const [major, minor] = process.versions.node.split(".").map(Number);
if (major > ${major} || (major === ${major} && minor >= ${minor})) await import("./${main}");
else {
  console.error(\`Rainhooks needs Node.js ${NODE.slice(2)} or newer; this is \${process.versions.node}.\`);
  process.exitCode = 1;
}
`;
  writeFileSync(join(out, "bin.mjs"), text, { mode: 0o755 });
}
