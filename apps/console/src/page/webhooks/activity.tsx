import type { ShownActivity } from "../../serve/activity/activity.ts";
import type { Bins } from "../../serve/activity/bins.ts";
import { Bars, sumOf } from "../shared/bars.tsx";
import { timeText } from "../shared/time.ts";

interface Props {
  readonly name: string;
  readonly of: ShownActivity;
  readonly bins: Bins;
}

/** What a webhook did over time. */
export function Activity({ name, of: { counts, sinceMs }, bins }: Props) {
  const sums = Object.entries(counts).map(
    ([what, each]) => `${sumOf(each).toLocaleString("en")} ${what.toLowerCase()}`,
  );
  const received = sumOf(counts.Received);
  const since = sinceMs !== undefined && sinceMs > bins.fromMs ? ` since ${timeText(sinceMs)}` : "";
  const { Delivered: delivered, Filtered: filtered, Failed: failed } = counts;
  return (
    <div class="activity">
      <p class="note">{received === 0 ? `nothing received${since}` : `${sums.join(" · ")}${since}`}</p>
      {received > 0 && <Bars name={name} bins={bins} drawn={{ delivered, filtered, failed }} />}
    </div>
  );
}
