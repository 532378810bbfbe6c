import { RainhooksError } from "@rainhooks/core/errors";
import { optionalNumber } from "../query/params/kinds.ts";

/** The version that somebody has looked at of what they change. */
export const expectedVersion = {
  ...optionalNumber(
    {
      description: "Only if nobody has changed it since it had this version.",
      placeholder: "version",
    },
    { min: 1, max: Number.MAX_SAFE_INTEGER },
  ),
  option: "if-version",
};

/** @throws {RainhooksError} `write-conflict` if somebody else has changed it since. */
export function requireVersion(
  what: string,
  seen: number | undefined,
  version: number | undefined,
): void {
  if (seen === undefined || seen === version) return;
  throw new RainhooksError(
    "write-conflict",
    `Nothing was changed, because somebody else has changed ${what} since you have opened it: ${version === undefined ? "it was removed" : `it has version ${version}, not ${seen}`}. Look at it again.`,
  );
}
