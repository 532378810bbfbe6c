/** What a permission is about. */
export type NeedsPlace = CallPlace | StorePlace | "ask-all";
type CallPlace = "topics" | "alarm-topics" | "queues" | "dead-letters" | "functions" | "alarms";
type StorePlace = "tables" | "stores" | "attempts" | "filter-rules" | "erasures" | ArchivePlace;
type ArchivePlace = "archive" | "archive-objects";

/** Actions of IAM that something calls, by what they are about. */
export type Needs = Readonly<Partial<Record<NeedsPlace, readonly string[]>>>;

/** Returns the actions of all, by what they are about, each once. */
export function joinNeeds(all: readonly Needs[]): [NeedsPlace, string[]][] {
  const joined = new Map<NeedsPlace, Set<string>>();
  for (const needs of all)
    for (const [place, actions] of Object.entries(needs) as [NeedsPlace, readonly string[]][])
      joined.set(place, new Set([...(joined.get(place) ?? []), ...actions]));
  return [...joined].map(([place, actions]) => [place, [...actions].sort()]);
}
