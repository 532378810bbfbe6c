import { setTimeout as pause } from "node:timers/promises";
import { DAY_MS, MINUTE_MS } from "@rainhooks/core/durations";
import type { FirstRunContext, FirstRunStep } from "@rainhooks/stage/first-run";
import { processedUntilMs } from "@rainhooks/stage/operate/archive/processed-until";
import { planReplay } from "@rainhooks/stage/operate/replay/plan-replay";
import { REPLAY_DEFAULTS } from "@rainhooks/stage/operate/replay/request";
import { startReplay } from "@rainhooks/stage/operate/replay/run-job";
import { queuedOf } from "@rainhooks/stage/stage-access";

/** What has not been handled then is tried again and again, and nothing waits for it. */
const MAX_WAIT_MS = MINUTE_MS;
const LOOK_EVERY_MS = 200;

/** Sends what connected to node-status once more, when all of it is archived. */
export async function beginStep({ reach, signal }: FirstRunContext): Promise<FirstRunStep> {
  return {
    goOn: async () => {
      const access = await reach();
      const nowMs = Date.now();
      const question = {
        webhook: "node-status",
        ...REPLAY_DEFAULTS,
        fromMs: nowMs - DAY_MS,
        toMs: nowMs,
        wait: true,
        events: ["rmaker.event.node_connected" as const],
      };
      await startReplay(access, await planReplay(access, question, { signal }), { signal });
      const { queueUrl = "" } = queuedOf(access, "node-status");
      const isHandled = async () => (await processedUntilMs(access, [queueUrl])) >= nowMs;
      for (const untilMs = Date.now() + MAX_WAIT_MS; Date.now() < untilMs && !(await isHandled()); )
        await pause(LOOK_EVERY_MS, undefined, { signal });
    },
  };
}
