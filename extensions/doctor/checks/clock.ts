import { MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { allQueued } from "@rainhooks/stage/reached";
import { type Check, notChecked, ok, wrong } from "../check.ts";

/** The clock of this computer is that of AWS. */
export const clock: Check = {
  name: "clock",
  page: "first-deployment.md#clock",
  needs: {},
  run: async ({ stage, signal = null }) => {
    const [[, queue] = []] = allQueued(stage);
    // SQS refuses a request without a signature, and says when.
    const { headers } = await fetch(queue?.deadLetterQueueUrl ?? "", { signal });
    const offMs = Math.abs(Date.now() - Date.parse(headers.get("date") ?? ""));
    if (Number.isNaN(offMs)) return [notChecked("the response of SQS has no date")];
    // AWS refuses what was signed five minutes earlier or later; a trial is looked for by its time.
    if (offMs <= MINUTE_MS) return [ok("this computer and AWS have the same time")];
    const text = `the clock of this computer is off by ${Math.round(offMs / SECOND_MS)} s`;
    return [wrong(text, "Set it by the network (NTP).")];
  },
};
