/** What allows all addresses. */
const ALL = "all";

/** Returns which addresses a stage may call that are not public, from the setting of the workers. */
export function allowedAddresses(subnets: readonly string[]): boolean | readonly string[] {
  return subnets.includes(ALL) || (subnets.length > 0 && subnets);
}
