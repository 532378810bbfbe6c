import { RainhooksError } from "@rainhooks/core";
import type { DeadLetterSeen } from "@rainhooks/operate";

/** Which dead letters are meant. */
export interface Which {
  /** Only those with this error code. */
  readonly only?: string | undefined;
  /** Only the one with this id, or the beginning of it: of its delivery or of its message. */
  readonly id?: string | undefined;
}

/** Ids are told apart by their first characters, but not by fewer than these. */
const MIN_ID = 6;

/** Chooses dead letters, and counts the codes of the others: one that was mistyped shows by them. */
export class Choice {
  readonly #which: Which;
  readonly #others = new Map<string, number>();

  /** @throws {RainhooksError} `input-invalid` for an id that is too short to mean one letter. */
  constructor(which: Which) {
    if (which.id !== undefined && which.id.length < MIN_ID) {
      throw new RainhooksError("input-invalid", `--id needs at least ${MIN_ID} characters of the id.`);
    }
    this.#which = which;
  }

  readonly wanted = ({ errorCode = "without a code", deliveryId, messageId }: DeadLetterSeen): boolean => {
    const { only, id } = this.#which;
    const named = id === undefined || deliveryId.startsWith(id) || messageId.startsWith(id);
    if (named && (only === undefined || errorCode === only)) return true;
    this.#others.set(errorCode, (this.#others.get(errorCode) ?? 0) + 1);
    return false;
  };

  /** The codes of those that were not chosen, or nothing. */
  othersText(): string {
    const codes = [...this.#others].map(([code, count]) => `${count} ${code}`);
    return codes.length === 0 ? "" : `: ${codes.join(", ")}`;
  }
}
