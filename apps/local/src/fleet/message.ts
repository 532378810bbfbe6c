import type { EventType } from "@rainhooks/core";
import type { Reading } from "./event-data.ts";

/** What the fleet knows of an event it made: the truth that the stores are held against. */
export interface EventTruth {
  readonly type: EventType;
  /** When it happened, as exactly as the message says it. */
  readonly atMs: number;
  readonly nodeIds: readonly string[];
  readonly userId: string;
  readonly readings: readonly Reading[];
}

/** A message as the fleet publishes it. */
export interface FleetMessage {
  /** Whose topic it goes to. */
  readonly type: EventType;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** `undefined` for a body that cannot be decoded. */
  readonly truth: EventTruth | undefined;
}

interface Frame {
  readonly type: EventType;
  readonly atMs: number;
  readonly userId: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The body of an event as the push twin writes it: snake_case, epoch milliseconds. */
export function snakeCaseBody({ type, atMs, data }: Frame): object {
  return {
    event_version: "v1",
    id: "1",
    event_type: type,
    timestamp: atMs,
    description: "",
    event_data: data,
  };
}

/** The body of an event as the SNS samples write it: PascalCase, `MM-DD-YYYY HH:MM:SS` in UTC. */
export function pascalCaseBody({ type, atMs, userId, data }: Frame): object {
  return {
    EventVersion: "v1",
    Id: "RainMakerEventId",
    EventType: type,
    Timestamp: usDateTime(atMs),
    Description: `${type} of ${userId}(User)`,
    EventData: { UserId: userId, ...Object.fromEntries(Object.entries(data).map(toPascalCase)) },
  };
}

/** Only names of the event's own fields change; what is inside is the node's. A connectivity object becomes a flag. */
function toPascalCase([name, value]: [string, unknown]): [string, unknown] {
  if (name === "connectivity") return ["Connected", (value as { connected: boolean }).connected];
  return [name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase()), value];
}

function usDateTime(atMs: number): string {
  const [date = "", time = ""] = new Date(atMs).toISOString().split("T");
  const [year, month, day] = date.split("-");
  return `${month}-${day}-${year} ${time.slice(0, 8)}`;
}
