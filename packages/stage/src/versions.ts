/**
 * True if what one version has written is for the other to read, either way: versions with the same first number that is not 0 and, before 1.0.0, the same
 * second one (docs/upgrading.md).
 *
 * @example
 * ```ts
 * import { belongTogether } from "@rainhooks/stage";
 *
 * console.log(belongTogether("0.2.0", "0.2.7")); // true
 * console.log(belongTogether("0.2.0", "0.3.0")); // false
 * console.log(belongTogether("1.2.0", "1.9.0")); // true
 * ```
 */
export function belongTogether(one: string, other: string): boolean {
  return significant(one) === significant(other);
}

function significant(version: string): string {
  const [major = "", minor = ""] = version.split(".");
  return major === "0" ? `0.${minor}` : major;
}
