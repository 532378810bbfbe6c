import type { VerifyOutcome } from "@rainhooks/operate";
import { EXIT, fail } from "../exit.ts";
import { verifyArchiveCommand } from "./archive.ts";
import { verifyTables } from "./tables.ts";
import type { VerifyOptions } from "./verify-options.ts";

/** Exit codes by outcome; scripts may rely on them. */
const EXIT_OF: Readonly<Record<VerifyOutcome, number>> = { equal: 0, different: 1, unjudged: 2 };

/** Verifies a store, and sets the exit code. Whatever fails, nothing has been judged. */
export async function verifyCommand(
  store: "archive" | "node-status" | "time-series",
  options: VerifyOptions,
): Promise<void> {
  try {
    const outcome =
      store === "archive" ? await verifyArchiveCommand(options) : await verifyTables(store, options);
    process.exitCode = EXIT_OF[outcome];
  } catch (error) {
    fail(error);
    if (process.exitCode !== EXIT.missing) process.exitCode = EXIT_OF.unjudged;
  }
}
