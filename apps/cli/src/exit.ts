import { type ErrorCode, messageOf, RainhooksError } from "@rainhooks/core";
import { tell } from "./output.ts";
import { explainAws } from "./reach/aws-failure.ts";

/** How a command ends; scripts may rely on it. */
export const EXIT = {
  done: 0,
  /** It could not be done: no stage, no credentials, a service that fails. */
  failed: 1,
  /** It was asked for wrongly. */
  wrong: 2,
  /** What was asked for is not there: a node, a series, a stage. */
  missing: 3,
} as const;

const CODES: Partial<Record<ErrorCode, number>> = {
  "input-invalid": EXIT.wrong,
  "record-malformed": EXIT.wrong,
  "not-found": EXIT.missing,
};

/** Says in one line why a command failed, and ends with the code that fits. */
export function fail(thrown: unknown): void {
  const error = thrown instanceof RainhooksError ? thrown : explainAws(thrown);
  tell(error?.message ?? `Unexpected: ${messageOf(thrown)}`);
  process.exitCode = (error === undefined ? undefined : CODES[error.code]) ?? EXIT.failed;
}
