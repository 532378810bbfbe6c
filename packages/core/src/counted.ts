/**
 * Returns a number with its noun, for people.
 *
 * @example
 * ```ts
 * import { counted } from "@rainhooks/core";
 *
 * console.log(counted(1, "node"), counted(1200, "delivery", "deliveries")); // 1 node 1,200 deliveries
 * ```
 */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}
