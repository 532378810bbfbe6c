import { shortType } from "@rainhooks/core/catalog";
import { countText } from "@rainhooks/core/count-text";
import { dress } from "@rainhooks/stage/commands/output";
import {
  formatLines,
  formatTable,
  formatTime,
  type Line,
  type Paint,
} from "@rainhooks/stage/terminal/format-table";
import { oneLine, shortenText } from "@rainhooks/stage/terminal/printable";
import type { Destination } from "../destinations/destination.ts";
import type { AllDestinations } from "../destinations/store.ts";
import { conditionOf, type DestinationHealth } from "../health/health.ts";
import { settingTexts } from "../operations/setting-params.ts";
import { hasMissed, type MissedRange, type Pause } from "../pauses/pause.ts";
import { targetNameOf } from "../targets/target.ts";

const STATE_STYLES = {
  active: "green",
  failing: "red",
  paused: "yellow",
  disabled: "red",
} as const;
const STATE_COLUMN = 1;
const MAX_EVENTS_SHOWN = 3;
const MAX_TEXT = 60;
const NAME_WIDTH = 15;

const paintState: Paint = (padded, cell, column) => {
  const style = Object.entries(STATE_STYLES).find(
    ([state]) => column === STATE_COLUMN && state === cell,
  );
  return style === undefined ? padded : dress(style[1], padded);
};

/** Shows destinations as a table. One that is active while its attempts fail is `failing`. */
export function destinationTable({ destinations, health, pauses }: AllDestinations): string {
  if (destinations.length === 0)
    return "No destinations. Add one: rainhooks destinations add <id> --url https://…";
  const rows = destinations.map((one) => {
    const { id, url, format, stateReason, description } = one;
    const own = health.get(id);
    const condition = conditionOf(one, own);
    const failing = condition === "failing" && own !== undefined ? failingText(own) : undefined;
    const about = stateReason ?? failing ?? missedText(one, pauses) ?? description;
    return [id, condition, url, eventsText(one), format, shortenText(about, MAX_TEXT)];
  });
  return formatTable(["id", "state", "url", "events", "format", "about"], rows, paintState);
}

/** Says how long a destination has been failing. */
export function failingText({ failuresInRow, failingSinceMs }: DestinationHealth): string {
  const since = failingSinceMs === undefined ? "" : `, since ${formatTime(failingSinceMs)} UTC`;
  return `${countText(failuresInRow, "failed attempt")} in a row${since}`;
}

/** Says that a destination has not got all that it missed. */
export function missedText(
  { id, state }: Destination,
  pauses: readonly Pause[],
): string | undefined {
  return state === "active" && hasMissed(pauses, id)
    ? `has missed events: destinations resume ${id}`
    : undefined;
}

/** Shows the pauses of a destination, a line each. */
export function pauseLines(pauses: readonly Pause[]): Line[] {
  return pauses.map(({ pauseId, missed }): Line => {
    const range =
      missed === undefined ? "nothing missed yet" : `missed what was ${missedLine(missed)}`;
    return ["pause", `${pauseId}: ${range}`];
  });
}

/** Shows when that was published which was missed in a pause. */
export function missedLine({ fromMs, toMs }: MissedRange): string {
  return `published ${formatTime(fromMs)} to ${formatTime(toMs)} UTC`;
}

/** Shows which events a destination wants. */
export function eventsText({
  events,
  nodes,
  tags,
  where,
}: Pick<Destination, "events" | "nodes" | "tags" | "where">): string {
  const filtered = nodes.length + tags.length > 0 || where !== undefined ? " (filtered)" : "";
  if (events === "all") return `all${filtered}`;
  const shown = events.slice(0, MAX_EVENTS_SHOWN).map(shortType).join(", ");
  const more = events.length > MAX_EVENTS_SHOWN ? `, ${events.length - MAX_EVENTS_SHOWN} more` : "";
  return `${shown}${more}${filtered}`;
}

/** Shows one destination, a setting per line. */
export function destinationLines(one: Destination, more: readonly Line[] = []): string {
  const isTarget = targetNameOf(one.url) !== undefined;
  const signature =
    one.publicKey === undefined ? "v1, with a shared secret" : `v1a, public key ${one.publicKey}`;
  const lines: Line[] = [
    ["id", one.id],
    ["state", stateText(one)],
    isTarget ? ["target", one.url] : ["url", `${one.url}/… (the rest is secret)`],
    ...Object.entries(settingTexts(one)).flatMap(([name, text]) =>
      optionalLine(name, oneLine(text)),
    ),
    ...optionalLine("headers", one.headerNames.join(", ")),
    ["authentication", one.auth],
    ...(isTarget ? [] : [["signature", signature] as const]),
    ["added", `${formatTime(one.createdAtMs)} (UTC)`],
    ["changed", `${formatTime(one.updatedAtMs)} (UTC)`],
    ...more,
  ];
  return formatLines(lines, NAME_WIDTH, (shown, name) =>
    name === "state" ? dress(STATE_STYLES[one.state], shown) : shown,
  );
}

/** Shows the state of a destination, since when, and why. */
export function stateText({ state, pausedAtMs, stateReason }: Destination): string {
  const since = pausedAtMs === undefined ? "" : ` since ${formatTime(pausedAtMs)} (UTC)`;
  return `${state}${since}${stateReason === undefined ? "" : `: ${stateReason}`}`;
}

function optionalLine(name: string, value: string): Line[] {
  return value === "" ? [] : [[name, value]];
}

/** Returns a destination as JSON shows it: without the id of its secrets, which is of no use. */
export function destinationView({
  secretsId: _,
  ...shown
}: Destination): Omit<Destination, "secretsId"> {
  return shown;
}
