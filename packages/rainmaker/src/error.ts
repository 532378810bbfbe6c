import { RainhooksError } from "@rainhooks/core/errors";

/** RainMaker's response when it refused a request. */
export interface RefusedResponse {
  readonly status: number;
  /** RainMaker's own code, such as 113012 (the integration exists). */
  readonly rainmakerCode: number | undefined;
  readonly description: string;
}

/**
 * RainMaker refused a request. `code` is `rainmaker-refused`; `rainmakerCode` and `description` are
 * RainMaker's own.
 */
export class RainmakerError extends RainhooksError {
  override readonly name = "RainmakerError";
  readonly status: number;
  readonly rainmakerCode: number | undefined;
  readonly description: string;

  constructor(what: string, { status, rainmakerCode, description }: RefusedResponse) {
    const code = rainmakerCode === undefined ? `HTTP ${status}` : `${rainmakerCode}`;
    super(
      "rainmaker-refused",
      `RainMaker refused ${what}: ${description} (${code}).${adviceOn(status, rainmakerCode)}`,
      {
        permanent: true,
      },
    );
    this.status = status;
    this.rainmakerCode = rainmakerCode;
    this.description = description;
  }
}

/** Advice on the most common refusals. */
const ADVICE: Readonly<Record<number, string>> = {
  101009: " Check the user name and the password.",
  101015: " Follow the link in RainMaker's e-mail first.",
  101017: ' Log in again with "rainhooks rainmaker login".',
  101019: " Wait a few minutes before the next attempt.",
  101058: " Reset the password in RainMaker's app or dashboard first.",
};

function adviceOn(status: number, code: number | undefined): string {
  if (code !== undefined && ADVICE[code] !== undefined) return ADVICE[code];
  if (status === 401) return ' Log in again with "rainhooks rainmaker login".';
  if (status === 403) return " This needs a super admin.";
  return "";
}
