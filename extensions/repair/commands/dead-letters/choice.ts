import type { DeadLetterSeen } from "@rainhooks/stage/read-dead-letters";
import type { LetterChoice } from "../../dead-letters/choose.ts";

/** The options that choose dead letters. */
export interface LetterOptions {
  /** Only letters with this error code. */
  readonly only?: string | undefined;
  readonly reason?: string | undefined;
  readonly id?: string | undefined;
}

/** Returns what options choose. */
export function choiceOf({ only, reason, id }: LetterOptions): LetterChoice {
  return { code: only, reason, id };
}

/**
 * Lists the error codes of letters that were not chosen, which helps when a code was mistyped; empty when
 * there are none.
 */
export function otherCodesText(others: readonly DeadLetterSeen[]): string {
  const byCode = Map.groupBy(others, ({ errorCode = "without a code" }) => errorCode);
  const codes = [...byCode].map(([code, letters]) => `${letters.length} ${code}`);
  return codes.length === 0 ? "" : `: ${codes.join(", ")}`;
}
