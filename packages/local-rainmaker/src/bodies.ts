import type { EventType } from "@rainhooks/core";

/** The data of a body, with snake_case names. */
export interface EventFrame {
  readonly type: EventType;
  readonly atMs: number;
  readonly userId: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Returns the body of an event in the format of push notifications: snake_case, epoch milliseconds. */
export function snakeCaseBody({ type, atMs, data }: EventFrame): object {
  return {
    event_version: "v1",
    id: "1",
    event_type: type,
    timestamp: atMs,
    description: "",
    event_data: data,
  };
}

/** Returns the body of an event in the format of the SNS samples: PascalCase, `MM-DD-YYYY HH:MM:SS` in UTC. */
export function pascalCaseBody({ type, atMs, userId, data }: EventFrame): object {
  return {
    EventVersion: "v1",
    Id: "RainMakerEventId",
    EventType: type,
    Timestamp: usDateTime(atMs),
    Description: userId === undefined ? type : `${type} of ${userId}(User)`,
    EventData: {
      ...(userId === undefined ? {} : { UserId: userId }),
      ...Object.fromEntries(Object.entries(data).map(toPascalCase)),
    },
  };
}

/** Renames only the event's own fields; nested names are the node's. A connectivity object becomes a flag. */
function toPascalCase([name, value]: [string, unknown]): [string, unknown] {
  if (name === "connectivity") return ["Connected", (value as { connected: boolean }).connected];
  return [name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase()), value];
}

function usDateTime(atMs: number): string {
  const [date = "", time = ""] = new Date(atMs).toISOString().split("T");
  const [year, month, day] = date.split("-");
  return `${month}-${day}-${year} ${time.slice(0, 8)}`;
}
