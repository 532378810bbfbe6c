/*
 * Type-checks a copy of the tree without an extension and those that need it: node
 * tools/build/bin/delete-extension.mjs <name>... (default: each in turn). Prints the errors that
 * are left, by their files; exits with 1 if there are any.
 */

import { checkWithout, readExtensions, setsToDelete } from "../src/extensions.mjs";
import { ROOT } from "../src/lambda-node.mjs";

const names = process.argv.slice(2);
const sets = setsToDelete(readExtensions(ROOT), names.length > 0 ? names : undefined);
for (const { names, errors } of checkWithout(ROOT, sets)) {
  console.log(`without ${names.join(", ")}: ${errors.length} errors`);
  const files = Map.groupBy(errors, (line) => line.replace(/\(.*/, ""));
  for (const [file, lines] of files) console.log(`  ${lines.length} ${file}`);
  if (errors.length > 0) process.exitCode = 1;
}
