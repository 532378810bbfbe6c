import { hrefTo } from "@rainhooks/page/address";
import { post } from "@rainhooks/page/api";
import { useMutation } from "@rainhooks/page/asked";
import { Bars } from "@rainhooks/page/bars.jsx";
import { Failure } from "@rainhooks/page/message.jsx";
import { Select } from "@rainhooks/page/select.jsx";
import { Text } from "@rainhooks/page/text.jsx";
import { timeText } from "@rainhooks/page/time";
import { useState } from "preact/hooks";
import { loadText } from "../alarms/load.ts";
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
  const { found, failure, isBusy, ask, stop } = useMutation(async (signal) => {
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
        <Select name="Time to try it on" value={from} of={RANGES} onChange={setFrom} />{" "}
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
        <strong>{loadText(alarms, of)}</strong> {isOld && <span class="note">(before the last change)</span>}
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
