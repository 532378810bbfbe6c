import type { Destination } from "@rainhooks/forwarding";
import { asTyped, formatTime } from "@rainhooks/terminal";
import { onStage } from "../../reach/on-stage.ts";
import type { StageSelection } from "../../reach/reach-stage.ts";

/** Error code of dead letters whose attempts have ended without success. */
const GIVEN_UP = "sink-rejected";

/** Says how a destination of a stage without an archive gets what it missed. */
export function deadLettersText({ state, pausedAtMs }: Destination, options: StageSelection): string {
  const since = pausedAtMs === undefined ? "" : ` since ${formatTime(pausedAtMs)} (UTC)`;
  const redrive = (code: string) =>
    ["attempts", "retries"].map((queue) =>
      asTyped(`  rainhooks dlq redrive ${queue} --only ${code}${onStage(options)}`),
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
