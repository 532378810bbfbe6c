import { hrefTo } from "@rainhooks/page/address";
import type { Mutation } from "@rainhooks/page/asked";
import { Bars } from "@rainhooks/page/bars.jsx";
import type { FormValues } from "@rainhooks/page/form.jsx";
import { Select } from "@rainhooks/page/select.jsx";
import { Text } from "@rainhooks/page/text.jsx";
import { timeText } from "@rainhooks/page/time";
import { countIn } from "@rainhooks/stage/routes/bins";
import { loadText } from "../alarms/load.ts";
import type { TestedRule } from "../operations/test-rule.ts";

/** Times on which a rule can be tried. */
export const TEST_RANGES = [
  ["1d", "the last day"],
  ["7d", "the last 7 days"],
] as const;

/** How far the archive is read: a terminal can read all. */
export const TEST_LIMITS = { maxTime: "1m", maxDeliveries: 1_000_000 };
const MAX_SHOWN = 50;
/** Parts of the time in which alarms are counted. */
const BINS = 48;

interface Props {
  readonly of: FormValues;
  readonly test: Mutation<{ readonly rule: FormValues; readonly tested: TestedRule }>;
  readonly from: string;
  readonly setFrom: (from: string) => void;
}

/** Tries a rule on the archive: what it would have found. It sends and stores nothing. */
export function BackTest({ of: rule, test: { found, isBusy, ask, stop }, from, setFrom }: Props) {
  return (
    <>
      <p>
        <button type="button" disabled={isBusy} onClick={() => void ask()}>
          {isBusy ? "Reading the archive …" : "Try it on the past"}
        </button>{" "}
        {isBusy && (
          <button type="button" onClick={stop}>
            Stop
          </button>
        )}{" "}
        <Select name="Time to try it on" value={from} of={TEST_RANGES} onChange={setFrom} />{" "}
        <span class="note">It sends and stores nothing.</span>
      </p>
      {found !== undefined && <Result of={found.tested} isOld={found.rule !== rule} />}
    </>
  );
}

function Result({ of, isOld }: { readonly of: TestedRule; readonly isOld: boolean }) {
  const { alarms, deliveries, fromMs, toMs, reachedMs, load } = of;
  if (reachedMs !== undefined && reachedMs <= fromMs)
    return (
      <p class="failure" role="alert">
        Reading was stopped at {timeText(reachedMs)}, before this time begins: a day before it is read, too.
        Choose the last day, or run it in a terminal, which can read all: rainhooks watch test
      </p>
    );
  const binMs = Math.max(1, Math.ceil((toMs - fromMs) / BINS));
  const bins = { fromMs, binMs, count: BINS };
  const began = countIn(
    alarms.map(({ startMs }) => startMs),
    bins,
  );
  return (
    <section aria-label="Result" aria-live="polite">
      <p>
        <strong>{loadText(alarms.length, load)}</strong>{" "}
        {isOld && <span class="note">(before the last change)</span>}
      </p>
      <p class="note">
        {deliveries.toLocaleString("en")} deliveries were read, for {timeText(fromMs)} to{" "}
        {timeText(reachedMs ?? toMs)}.{" "}
        {reachedMs !== undefined &&
          "Reading was stopped there: after a minute, or a million deliveries. A terminal can read all: rainhooks watch test"}
      </p>
      <Bars name="Alarms that would have begun" bins={bins} drawn={{ failed: began }} />
      <ul class="examples">
        {alarms.slice(0, MAX_SHOWN).map(({ alarmId, nodeId, series, startMs, raisedMs, endMs }) => (
          <li key={alarmId}>
            <a href={hrefTo("nodes", nodeId)}>
              <Text of={nodeId} max={60} />
            </a>{" "}
            {series !== undefined && <Text of={series} max={60} />} from {timeText(startMs)}, raised{" "}
            {timeText(raisedMs)}, {endMs === undefined ? "not ended" : `ended ${timeText(endMs)}`}
          </li>
        ))}
      </ul>
      {alarms.length > MAX_SHOWN && <p class="note">… and {alarms.length - MAX_SHOWN} more.</p>}
    </section>
  );
}
