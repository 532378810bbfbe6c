import { RainhooksError } from "@rainhooks/core";
import type { DeadLetterSeen } from "@rainhooks/operate";

/** Selects dead letters. */
export interface LetterOptions {
  /** Only letters with this error code. */
  readonly only?: string | undefined;
  /** Only the letter whose delivery id or message id starts with this. */
  readonly id?: string | undefined;
}

/** Minimum length of the start of an id. */
const MIN_ID = 6;

/** Selects dead letters, and counts the error codes of those not selected: this helps when a code was mistyped. */
export class LetterSelector {
  readonly #options: LetterOptions;
  readonly #others = new Map<string, number>();

  /** @throws {RainhooksError} `input-invalid` for an id that is too short to be unique. */
  constructor(options: LetterOptions) {
    if (options.id !== undefined && options.id.length < MIN_ID) {
      throw new RainhooksError(
        "input-invalid",
        `--id needs at least the first ${MIN_ID} characters of the id.`,
      );
    }
    this.#options = options;
  }

  readonly wanted = ({ errorCode = "without a code", deliveryId, messageId }: DeadLetterSeen): boolean => {
    const { only, id } = this.#options;
    const named = id === undefined || deliveryId.startsWith(id) || messageId.startsWith(id);
    if (named && (only === undefined || errorCode === only)) return true;
    this.#others.set(errorCode, (this.#others.get(errorCode) ?? 0) + 1);
    return false;
  };

  /** Lists the error codes of the letters that were not selected; empty when there are none. */
  otherCodesText(): string {
    const codes = [...this.#others].map(([code, count]) => `${count} ${code}`);
    return codes.length === 0 ? "" : `: ${codes.join(", ")}`;
  }
}
