import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { optionalText } from "@rainhooks/stage/query/params/kinds";
import { formatTime } from "@rainhooks/stage/terminal/time";
import type { Destination } from "../destinations/destination.ts";
import { destinationField } from "./destination-field.ts";

const MAX_REASON = 200;

/** Pauses a destination. One that is paused or disabled stays as it is. */
export const pause = defineOperation({
  name: "pause",
  summary: "Send nothing to a destination; what it misses can be sent later",
  request: {
    id: destinationField,
    reason: optionalText({ description: "Why, for people.", placeholder: "text", maxLength: MAX_REASON }),
  },
  permission: "operate",
  changes: "something",
  command: { words: "destinations pause", args: ["id"] },
  run: async (stage, { id, reason }, { caller }) => {
    const { setState } = await import("../destinations/set-state.ts");
    const { forwardingOf } = await import("./forwarding-of.ts");
    const by = caller.door === "terminal" ? "with the command line" : `on the ${caller.door}`;
    const change = { state: "paused", reason: reason ?? `paused ${by}`, atMs: Date.now() } as const;
    const { table } = forwardingOf(stage);
    const { destination, changed } = await setState(table, id, { ...change, from: ["active"] });
    const { destinationView } = await import("../views/destination-view.ts");
    return { destination: destinationView(destination), changed };
  },
  view: {
    result: ({ destination, changed }, { id }, { stage, onStage }) => {
      if (!changed) return `${id} is ${destination.state} already${sinceText(destination)}`;
      const kept =
        stage.outputs.archive === undefined
          ? "Its events go to the dead-letter queue of attempts."
          : "What it misses is in the archive, and is sent when it is resumed.";
      return `${id} is paused. ${kept} To resume it: rainhooks destinations resume ${id}${onStage}`;
    },
  },
  recorded: { result: ({ changed }) => ({ changed }) },
});

function sinceText({ pausedAtMs, stateReason }: Destination): string {
  const since = pausedAtMs === undefined ? "" : `, since ${formatTime(pausedAtMs)} (UTC)`;
  return `${since}${stateReason === undefined ? "." : `: ${stateReason}`}`;
}
