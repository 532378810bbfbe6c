import { type Counts, counts, readSamples, samples, totalOf } from "@rainhooks/page/fleet-facts";
import { useLive } from "@rainhooks/page/live";
import { nowMs, timeText } from "@rainhooks/page/time";
import type { AnswerOf } from "@rainhooks/stage/query/question";
import type { fleetQuestion } from "@rainhooks/stage/query/questions/fleet";

const EVERY_MS = 60_000;
const [WIDTH, HEIGHT] = [300, 80];

/** A point of the line. */
interface Point {
  readonly atMs: number;
  readonly online: number;
  readonly all: number;
}

/** How many nodes were online in the last day. */
export function FleetChart() {
  useLive(readSamples, () => EVERY_MS, []);
  const known = samples.value;
  const drawn = known === undefined ? [] : pointsOf(known.samples, counts.value, nowMs.value);
  return (
    <section class="card chart" aria-labelledby="fleet-chart">
      <h2 id="fleet-chart">Online in the last day</h2>
      {known === undefined ? (
        <div class="skeleton" />
      ) : drawn.length < 2 ? (
        <p class="note">The stage has taken no sample yet. It takes one every five minutes.</p>
      ) : (
        <Line of={drawn} fromMs={known.fromMs} toMs={Math.max(known.toMs, drawn.at(-1)?.atMs ?? 0)} />
      )}
    </section>
  );
}

/**
 * Returns the samples that know how many were online, and what was counted now: the line ends with the
 * figures beside it.
 */
function pointsOf(
  samples: AnswerOf<typeof fleetQuestion>["samples"],
  now: Counts | undefined,
  atMs: number,
): readonly Point[] {
  const taken = samples.flatMap(({ online, all, atMs: takenMs }) =>
    online === undefined || all === undefined ? [] : [{ atMs: takenMs, online, all }],
  );
  if (now === undefined || now.sampledAtMs !== undefined) return taken;
  return [...taken.filter((one) => one.atMs < atMs), { atMs, online: now.online, all: totalOf(now) }];
}

function Line({ of, fromMs, toMs }: { of: readonly Point[]; fromMs: number; toMs: number }) {
  const max = Math.max(1, ...of.map(({ all }) => all));
  const x = (atMs: number) => ((atMs - fromMs) / (toMs - fromMs)) * WIDTH;
  const y = (count: number) => HEIGHT - (count / max) * (HEIGHT - 4) - 2;
  const line = of.map(({ atMs, online }) => `${x(atMs).toFixed(1)},${y(online).toFixed(1)}`).join(" ");
  const online = of.map((one) => one.online);
  const [least, most] = [Math.min(...online), Math.max(...online)];
  const first = x(of[0]?.atMs ?? fromMs);
  const last = x(of.at(-1)?.atMs ?? toMs);
  return (
    <figure>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${least} to ${most} nodes online, of ${of.at(-1)?.all ?? 0}, from ${timeText(of[0]?.atMs)} to ${timeText(of.at(-1)?.atMs)}`}
      >
        <polygon points={`${first},${HEIGHT} ${line} ${last},${HEIGHT}`} />
        <polyline points={line} />
      </svg>
      <figcaption>
        {least === most
          ? least.toLocaleString("en")
          : `${least.toLocaleString("en")} to ${most.toLocaleString("en")}, now ${online.at(-1)?.toLocaleString("en")},`}{" "}
        of {of.at(-1)?.all.toLocaleString("en")}
      </figcaption>
    </figure>
  );
}
