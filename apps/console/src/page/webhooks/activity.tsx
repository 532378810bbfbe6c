import { Bars, sumOf } from "@rainhooks/page/bars.jsx";
import { timeText } from "@rainhooks/page/time";
import type { Bins } from "@rainhooks/stage/routes/bins";
import type { FunctionActivity } from "../../serve/activity/activity.ts";

interface Props {
  readonly name: string;
  readonly of: FunctionActivity;
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
