/** Number of partitions: what belongs together is in memory for one of them at a time. */
export const PARTITIONS = 256;

/**
 * Returns the partition of an id, by a hash that is quick rather than safe (FNV-1a, and the last step of
 * MurmurHash3).
 */
export function partitionOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1)
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) & (PARTITIONS - 1);
}
