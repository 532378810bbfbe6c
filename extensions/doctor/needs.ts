/** What a permission is about. */
export type NeedsPlace = CallPlace | TablePlace | "archive" | "archive-objects" | "ask-all";
type CallPlace = "topics" | "alarm-topics" | "queues" | "dead-letters" | "functions" | "alarms";
type TablePlace = "tables" | "stores" | "attempts" | "filter-rules" | "erasures" | "replays" | "slots";

/** Actions of IAM that something calls, by what they are about. */
export type Needs = Readonly<Partial<Record<NeedsPlace, readonly string[]>>>;
