import { readFileSync } from "node:fs";
import * as v from "valibot";

const { version } = v.parse(
  v.object({ version: v.string() }),
  JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")),
);

/** The version of the command. */
export const VERSION = version;

/**
 * True if what one version has written is for the other to read, either way: versions with the same
 * first number that is not 0 and, before 1.0.0, the same second one (docs/upgrading.md).
 */
export function belongTogether(one: string, other: string): boolean {
  return significant(one) === significant(other);
}

/**
 * Says that a stage is of another version than this program; `undefined` if they belong together.
 */
export function versionNote(stage: string, version: string = VERSION): string | undefined {
  if (belongTogether(version, VERSION)) return undefined;
  return `Stage ${stage} was deployed by Rainhooks ${version}, and this command is ${VERSION}: what it says and does may be wrong. Install rainhooks@${version}, or deploy the stage again.`;
}

function significant(version: string): string {
  const [major = "", minor = ""] = version.split(".");
  return major === "0" ? `0.${minor}` : major;
}
