import type { ShownActivity } from "../../serve/activity/activity.ts";
import type { Parts } from "../../serve/activity/bins.ts";
import { Bars, sumOf } from "../shared/bars.tsx";
import { timeText } from "../shared/time.ts";

interface Props {
  readonly name: string;
  readonly of: ShownActivity;
  readonly parts: Parts;
}

/** What a webhook did over time. */
export function Activity({ name, of: { counts, sinceMs }, parts }: Props) {
  const sums = Object.entries(counts).map(
    ([what, each]) => `${sumOf(each).toLocaleString("en")} ${what.toLowerCase()}`,
  );
  const received = sumOf(counts.Received);
  const since = sinceMs !== undefined && sinceMs > parts.fromMs ? ` since ${timeText(sinceMs)}` : "";
  const { Delivered: delivered, Filtered: filtered, Failed: failed } = counts;
  return (
    <div class="activity">
      <p class="note">{received === 0 ? `nothing received${since}` : `${sums.join(" · ")}${since}`}</p>
      {received > 0 && <Bars name={name} parts={parts} drawn={{ delivered, filtered, failed }} />}
    </div>
  );
}
