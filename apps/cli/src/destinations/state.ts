import { type Destination, readDestination, setState } from "@rainhooks/forwarding";
import { formatTime } from "@rainhooks/terminal";
import { formatted, print } from "../output.ts";
import { onStage } from "../reach/on-stage.ts";
import { reachStage, type StageOptions } from "../reach/stage.ts";
import { forwardingOf } from "./reach-destinations.ts";
import { shownDestination } from "./view.ts";

/** Options of `destinations pause` and `destinations resume`. */
export interface StateOptions extends StageOptions {
  readonly reason?: string | undefined;
  readonly json?: boolean | undefined;
}

const MAX_REASON = 200;
const PAUSED_BY_HAND = "paused with the command line";

/** Pauses a destination. One that is paused or disabled stays as it is. */
export async function pauseCommand(id: string, options: StateOptions): Promise<void> {
  const reason = (options.reason ?? PAUSED_BY_HAND).slice(0, MAX_REASON);
  const { table } = forwardingOf(await reachStage(options));
  const change = { state: "paused", reason, atMs: Date.now(), from: ["active"] } as const;
  const { destination, changed } = await setState(table, id, change);
  const text = () =>
    changed
      ? `${id} is paused. Its events go to the dead-letter queue of attempts until it is resumed: rainhooks destinations resume ${id}${onStage(options)}`
      : `${id} is ${destination.state} already${sinceText(destination)}`;
  await printState(destination, changed, text, options);
}

/** Resumes a destination, and prints how it gets what it missed. */
export async function resumeCommand(id: string, options: StateOptions): Promise<void> {
  const { table } = forwardingOf(await reachStage(options));
  const before = await readDestination(table, id);
  const { destination, changed } = await setState(table, id, { state: "active", atMs: Date.now() });
  const text = () =>
    changed ? `${id} is active.\n\n${missedText(before, options)}` : `${id} is active already.`;
  await printState(destination, changed, text, options);
}

function printState(
  destination: Destination,
  changed: boolean,
  text: () => string,
  options: StateOptions,
): Promise<void> {
  const value = { destination: shownDestination(destination), changed };
  return print(formatted(options, { value, header: [], rows: [], text }));
}

function sinceText({ pausedAtMs, stateReason }: Destination): string {
  const since = pausedAtMs === undefined ? "" : `, since ${formatTime(pausedAtMs)} (UTC)`;
  return `${since}${stateReason === undefined ? "." : `: ${stateReason}`}`;
}

/** Error code of dead letters whose attempts have ended without success. */
const GIVEN_UP = "sink-rejected";

function missedText(before: Destination | undefined, options: StageOptions): string {
  const { state = "paused", pausedAtMs } = before ?? {};
  const since = pausedAtMs === undefined ? "" : ` since ${formatTime(pausedAtMs)} (UTC)`;
  const redrive = (code: string) =>
    ["attempts", "retries"].map(
      (queue) => `  rainhooks dlq redrive ${queue} --only ${code}${onStage(options)}`,
    );
  return [
    `What it missed${since} is in dead-letter queues. To send that now:`,
    "",
    ...redrive(`destination-${state}`),
    "",
    "And what was given up after its last attempt:",
    "",
    ...redrive(GIVEN_UP),
  ].join("\n");
}
