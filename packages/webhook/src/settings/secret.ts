import { RainhooksError } from "@rainhooks/core/errors";
import { fetchSecret } from "./fetch-secret.ts";

/**
 * A secret value. It is fetched when it is first needed, and never shown: as text and as JSON it is
 * `[secret]`.
 */
export interface Secret {
  /**
   * Returns the value. It is kept for five minutes, so that a rotated secret is noticed.
   *
   * @throws {RainhooksError} `secret-unavailable` if it cannot be fetched; the record is then
   * retried.
   */
  get(): Promise<string>;
  /**
   * Forgets the value, so that the next `get` fetches it again: for a receiver that has refused it.
   */
  forget(): void;
}

/** Options of {@link createSecret}. */
export interface SecretOptions {
  /** Name of the setting, for messages. */
  readonly name: string;
  /** Where the value is, such as `ssm:/rainhooks/dev/door-bell/url`. */
  readonly reference: string;
  /** What the value must be. */
  readonly holds: "text" | "url";
  readonly nowMs?: () => number;
  /** Fetches a value by its reference. @defaultValue from Systems Manager or a file */
  readonly fetch?: (reference: string) => Promise<string>;
}

const KEPT_MS = 5 * 60_000;

/** Creates a secret that is fetched when it is needed. */
export function createSecret(options: SecretOptions): Secret {
  const { name, reference, holds, nowMs = Date.now, fetch = fetchSecret } = options;
  let kept: { readonly value: Promise<string>; readonly untilMs: number } | undefined;
  const load = async () => {
    const value = (await fetch(reference)).trim();
    if (value === "")
      throw new RainhooksError(
        "secret-unavailable",
        `The secret ${name} is empty. Set it at ${reference}.`,
      );
    if (holds === "url" && !URL.canParse(value))
      throw new RainhooksError(
        "secret-unavailable",
        `The secret ${name} is not a URL. Set it at ${reference}.`,
      );
    return value;
  };
  const shown = () => "[secret]";
  return Object.assign(Object.create({ toString: shown, toJSON: shown, [INSPECT]: shown }), {
    get: () => {
      if (kept !== undefined && nowMs() < kept.untilMs) return kept.value;
      const value = load();
      kept = { value, untilMs: nowMs() + KEPT_MS };
      // A failure is not kept. The caller gets the error.
      value.catch(() => {
        if (kept?.value === value) kept = undefined;
      });
      return value;
    },
    forget: () => {
      kept = undefined;
    },
  });
}

const INSPECT = Symbol.for("nodejs.util.inspect.custom");
