import { EXIT, fail } from "./exit.ts";
import { rainhooks } from "./program.ts";

process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
  // The reader (such as head) has closed the pipe.
  if (code === "EPIPE") process.exit(EXIT.done);
  console.error(`The output cannot be written: ${message}`);
  process.exit(EXIT.failed);
});

try {
  await rainhooks().parseAsync();
} catch (error) {
  fail(error);
}
