import { EXIT, fail } from "@rainhooks/stage/commands/exit";

process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
  // The reader (such as head) has closed the pipe.
  if (code === "EPIPE") process.exit(EXIT.done);
  console.error(`The output cannot be written: ${message}`);
  process.exit(EXIT.failed);
});

try {
  // Imported here, because a wrong definition in a project throws while it is loaded.
  const { rainhooks } = await import("./program.ts");
  await (await rainhooks(process.argv[2])).parseAsync();
} catch (error) {
  fail(error);
}
