import { type ErrorCode, messageOf, type RainhooksError } from "@rainhooks/core/errors";
import { explainFailure } from "../aws-failure.ts";
import { onSelectedStage } from "./data-folder.ts";
import { messageWithOptions } from "./option-names.ts";
import { printNote } from "./output.ts";

/** Exit codes; scripts may rely on them. */
export const EXIT = {
  done: 0,
  /** Failed: no stage, no credentials, or a service that fails. */
  failed: 1,
  /** Wrong usage. */
  wrong: 2,
  /** Not found: a node, a series, a stage. */
  missing: 3,
} as const;

const CODES: Partial<Record<ErrorCode, number>> = {
  "input-invalid": EXIT.wrong,
  "record-malformed": EXIT.wrong,
  "rules-invalid": EXIT.wrong,
  "not-found": EXIT.missing,
};

/** Codes whose messages do not say what to do: docs/errors.md says it. */
const READ_MORE: ReadonlySet<ErrorCode> = new Set([
  "sink-unavailable",
  "sink-rejected",
  "item-too-large",
  "secret-unavailable",
  "dead-letter-unavailable",
  "rules-unavailable",
  "config-invalid",
]);

/** Prints in one line why a command failed, and sets the exit code. */
export function fail(thrown: unknown): void {
  const error = explainFailure(thrown);
  printNote(error === undefined ? `Unexpected: ${messageOf(thrown)}` : textOf(error));
  process.exitCode = (error === undefined ? undefined : CODES[error.code]) ?? EXIT.failed;
}

function textOf(error: RainhooksError): string {
  const { hint, code } = error;
  const message = messageWithOptions(error);
  if (hint !== undefined)
    return `${message} ${hint.to}: rainhooks ${hint.command}${onSelectedStage()}`;
  return READ_MORE.has(code) ? `${message}\nWhat to do: rainhooks docs ${code}` : message;
}
