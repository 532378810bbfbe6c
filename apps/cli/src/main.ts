import { fail } from "./exit.ts";
import { rainhooks } from "./program.ts";

// Whoever reads may have seen enough, as head does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

try {
  await rainhooks().parseAsync();
} catch (error) {
  fail(error);
}
