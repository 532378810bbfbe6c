/**
 * Returns true for the name of an AWS region.
 *
 * @example
 * ```ts
 * import { isRegion } from "@rainhooks/core";
 *
 * console.log(isRegion("eu-central-1"), isRegion("Frankfurt")); // true false
 * ```
 */
export function isRegion(text: string): boolean {
  return /^[a-z]{2}(-[a-z]+)+-\d$/.test(text);
}
