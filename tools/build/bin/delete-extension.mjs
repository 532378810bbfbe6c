/*
 * Type-checks a copy of the tree without an extension and those that need it: node
 * tools/build/bin/delete-extension.mjs <name>... (default: each in turn). Prints the errors that are left, by
 * their files; exits with 1 if there are any.
 */

import { checkWithout, readExtensions, withDependents } from "../src/extensions.mjs";
import { ROOT } from "../src/lambda-node.mjs";

const all = readExtensions(ROOT);
const wanted = process.argv.length > 2 ? process.argv.slice(2) : all.map(({ name }) => name);
let errors = 0;
for (const name of wanted) {
  const gone = withDependents(all, name);
  const found = checkWithout(ROOT, gone);
  errors += found.length;
  console.log(`without ${gone.join(", ")}: ${found.length} errors`);
  const files = Map.groupBy(found, (line) => line.replace(/\(.*/, ""));
  for (const [file, lines] of files) console.log(`  ${lines.length} ${file}`);
}
process.exitCode = errors === 0 ? 0 : 1;
