import { hrefTo } from "@rainhooks/page/address";
import { post } from "@rainhooks/page/api";
import { useAsked } from "@rainhooks/page/asked";
import { Bars } from "@rainhooks/page/bars.jsx";
import { Failure } from "@rainhooks/page/message.jsx";
import { Text } from "@rainhooks/page/text.jsx";
import { timeText } from "@rainhooks/page/time";
import { useState } from "preact/hooks";
import type { BackTestAnswer } from "../routes/back-test.ts";

const RANGES = [
  ["1d", "the last day"],
  ["7d", "the last 7 days"],
] as const;

interface Props {
  readonly text: string;
  /** Whether the text is a rule. */
  readonly isRight: boolean;
}

/** Tries a rule on the archive: what it would have found. It sends and stores nothing. */
export function BackTest({ text, isRight }: Props) {
  const [from, setFrom] = useState<string>(RANGES[0][0]);
  const { found, failure, isBusy, ask, stop } = useAsked(async (signal) => {
    return { text, answer: await post<BackTestAnswer>("/console/rules/test", { text, from }, { signal }) };
  });
  return (
    <>
      <p>
        <button type="button" disabled={!isRight || isBusy} onClick={() => void ask()}>
          {isBusy ? "Reading the archive …" : "Try it on the past"}
        </button>{" "}
        {isBusy && (
          <button type="button" onClick={stop}>
            Stop
          </button>
        )}{" "}
        <select
          aria-label="Time to try it on"
          value={from}
          onChange={({ currentTarget }) => setFrom(currentTarget.value)}
        >
          {RANGES.map(([value, title]) => (
            <option key={value} value={value}>
              {title}
            </option>
          ))}
        </select>{" "}
        <span class="note">It sends and stores nothing.</span>
      </p>
      {failure !== undefined && <Failure of={failure} />}
      {found !== undefined && <Result of={found.answer} isOld={found.text !== text} />}
    </>
  );
}

function Result({ of, isOld }: { readonly of: BackTestAnswer; readonly isOld: boolean }) {
  const { alarms, deliveries, fromMs, toMs, reachedMs, shown, binMs, began } = of;
  if (reachedMs !== undefined && reachedMs <= fromMs)
    return (
      <p class="failure" role="alert">
        Reading was stopped at {timeText(reachedMs)}, before this time begins: a day before it is read, too.
        Choose the last day, or run it in a terminal, which can read all: rainhooks watch test
      </p>
    );
  return (
    <section aria-label="Result" aria-live="polite">
      <p>
        <strong>{summaryOf(of)}</strong> {isOld && <span class="note">(before the last change)</span>}
      </p>
      <p class="note">
        {deliveries.toLocaleString("en")} deliveries were read, for {timeText(fromMs)} to{" "}
        {timeText(reachedMs ?? toMs)}.{" "}
        {reachedMs !== undefined &&
          "Reading was stopped there: after a minute, or a million deliveries. A terminal can read all: rainhooks watch test"}
      </p>
      <Bars
        name="Alarms that would have begun"
        bins={{ fromMs, binMs, count: began.length }}
        drawn={{ failed: began }}
      />
      <ul class="deliveries">
        {shown.map(({ nodeId, series, startMs, raisedMs, endMs }) => (
          <li key={`${nodeId} ${series} ${startMs}`}>
            <a href={hrefTo("nodes", nodeId)}>
              <Text of={nodeId} max={60} />
            </a>{" "}
            {series !== undefined && <Text of={series} max={60} />} from {timeText(startMs)}, raised{" "}
            {timeText(raisedMs)}, {endMs === undefined ? "not ended" : `ended ${timeText(endMs)}`}
          </li>
        ))}
      </ul>
      {alarms > shown.length && <p class="note">… and {alarms - shown.length} more.</p>}
    </section>
  );
}

/** Such as "14 alarms on 9 nodes, no flood". */
function summaryOf({ alarms, nodes, floodShare, perDay, mostInTenMinutes }: BackTestAnswer): string {
  const parts = [
    `${alarms} alarms on ${nodes} nodes`,
    floodShare === 0 ? "no flood" : `a flood in ${(floodShare * 100).toFixed(1)} % of the time`,
  ];
  return `${parts.join(", ")} (${perDay.toFixed(1)} a day, at most ${mostInTenMinutes} in ten minutes)`;
}
