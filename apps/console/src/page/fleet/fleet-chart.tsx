import { type Counts, counts, readSamples, samples, totalOf } from "@rainhooks/page/fleet-facts";
import { Await, Card } from "@rainhooks/page/layout.jsx";
import { useLive } from "@rainhooks/page/live";
import { nowMs, timeText } from "@rainhooks/page/time";
import type { ResultOf } from "@rainhooks/stage/query/question";
import type { fleetQuestion } from "@rainhooks/stage/query/questions/fleet";

const EVERY_MS = 60_000;
const WIDTH = 300;
const HEIGHT = 80;

/** How many nodes were online in the last day. */
export function FleetChart() {
  useLive(readSamples, () => EVERY_MS, []);
  return (
    <Card title="Online in the last day">
      <Await of={{ result: samples.value }} lines={3}>
        {(taken) => <Line of={pointsOf(taken.samples, counts.value, nowMs.value)} {...taken} />}
      </Await>
    </Card>
  );
}

/**
 * Returns the samples that know how many were online, and what was counted now: the line ends with
 * the figures beside it.
 */
function pointsOf(
  samples: ResultOf<typeof fleetQuestion>["samples"],
  now: Counts | undefined,
  atMs: number,
) {
  const taken = samples.flatMap(({ online, all, atMs: takenMs }) =>
    online === undefined || all === undefined ? [] : [{ atMs: takenMs, online, all }],
  );
  if (now === undefined || now.sampledAtMs !== undefined) return taken;
  return [
    ...taken.filter((one) => one.atMs < atMs),
    { atMs, online: now.online, all: totalOf(now) },
  ];
}

function Line({
  of,
  fromMs,
  toMs,
}: {
  of: ReturnType<typeof pointsOf>;
  fromMs: number;
  toMs: number;
}) {
  const start = of[0];
  const end = of.at(-1);
  if (start === undefined || end === undefined || of.length < 2)
    return <p class="note">The stage has taken no sample yet. It takes one every five minutes.</p>;
  const max = Math.max(1, ...of.map(({ all }) => all));
  const x = (atMs: number) => ((atMs - fromMs) / (Math.max(toMs, end.atMs) - fromMs)) * WIDTH;
  const y = (count: number) => HEIGHT - (count / max) * (HEIGHT - 4) - 2;
  const line = of
    .map(({ atMs, online }) => `${x(atMs).toFixed(1)},${y(online).toFixed(1)}`)
    .join(" ");
  const online = of.map((one) => one.online);
  const least = Math.min(...online);
  const most = Math.max(...online);
  return (
    <figure>
      <svg
        class="line"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${least} to ${most} nodes online, of ${end.all}, from ${timeText(start.atMs)} to ${timeText(end.atMs)}`}
      >
        <polygon points={`${x(start.atMs)},${HEIGHT} ${line} ${x(end.atMs)},${HEIGHT}`} />
        <polyline points={line} />
      </svg>
      <figcaption>
        {least === most
          ? least.toLocaleString("en")
          : `${least.toLocaleString("en")} to ${most.toLocaleString("en")}, now ${end.online.toLocaleString("en")},`}{" "}
        of {end.all.toLocaleString("en")}
      </figcaption>
    </figure>
  );
}
