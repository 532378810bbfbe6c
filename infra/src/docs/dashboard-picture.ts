import { MINUTE_MS } from "@rainhooks/core";
import { synthesize } from "../synthesize.ts";
import { type DataPoint, pointsOf, statisticOf } from "../testing/alarm-evaluator.ts";
import { BAD_DAY, BAD_DAY_MINUTES, BAD_DAY_MS } from "../testing/bad-day.ts";
import { dashboardWidgets, type Widget } from "../testing/dashboard-widgets.ts";
import { alarmsOf, namesIn, PLAYED, type Ringing, ringing } from "../testing/played-alarms.ts";
import { PLAYED_STAGE } from "../testing/played-outage.ts";
import type { References } from "../testing/references.ts";
import { production } from "../testing/stages.ts";
import { type ChartLine, chart, textAt, timeAxis } from "./chart.ts";

const PERIOD_MIN = 5;
const WIDTH = 1440;
const COLUMN = 60;
const ROW_HEIGHT = 210;
const BAR_HEIGHT = 18;
const TOP = 60;
const NAMES_WIDTH = 260;

/** Returns the dashboard of a production stage on the bad day, as an image in SVG: what rang, and the graphs whose metrics are played. */
export function dashboardPicture(points: readonly DataPoint[]): string {
  const { stack } = synthesize({ ...production, name: PLAYED_STAGE });
  const known = namesIn(stack);
  const graphs = dashboardWidgets(stack)
    .filter(({ type }) => type === "metric")
    .map((widget) => ({ ...widget, lines: linesOf(widget, known, points) }))
    .filter(({ lines }) => lines.some(({ values }) => values.some((value) => value !== undefined)));
  const rows = [...new Set(graphs.map(({ y }) => y))].toSorted((a, b) => a - b);
  const rung = rungAlarms(points);
  const graphsAt = TOP + (rung.length + 2) * BAR_HEIGHT;
  const height = graphsAt + rows.length * ROW_HEIGHT;
  const drawn = graphs.map(({ x, y, properties: { title, yAxis }, lines }) =>
    chart({
      ...{ title, left: yAxis?.left.label ?? "", right: yAxis?.right?.label, lines },
      ...{ x: x * COLUMN, y: graphsAt + rows.indexOf(y) * ROW_HEIGHT, width: 8 * COLUMN, height: ROW_HEIGHT },
      faults: BAD_DAY.map(
        ({ minutes: [from, to] }) => [from / BAD_DAY_MINUTES, to / BAD_DAY_MINUTES] as const,
      ),
      ticks: timeAxis(BAD_DAY_MS, BAD_DAY_MINUTES),
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="11">
<title>The dashboard of a stage on a bad day</title>
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
${alarmBars(rung)}
${drawn.join("\n")}
</svg>
`;
}

/** Returns the lines of a graph, those of metrics without data left out. */
function linesOf(
  { properties: { metrics = [], stat = "Sum" } }: Widget,
  known: References,
  points: readonly DataPoint[],
): ChartLine[] {
  return metrics.flatMap((metric) => {
    const [namespace, name, ...rest] = metric;
    const options = rest.find((one) => typeof one === "object") as
      | Readonly<Record<string, string>>
      | undefined;
    const pairs = rest.filter((one) => typeof one === "string");
    if (!PLAYED.includes(String(namespace))) return [];
    const dimensions = Object.fromEntries(
      pairs.flatMap((key, index) =>
        index % 2 === 0 ? [[key, known.resolve(String(pairs[index + 1]))]] : [],
      ),
    );
    const own = pointsOf({ namespace: String(namespace), name: String(name), dimensions }, points);
    if (own.length === 0) return [];
    const values = periodsOf(own, options?.["stat"] ?? stat);
    return [{ label: options?.["label"] ?? String(name), isRight: options?.["yAxis"] === "right", values }];
  });
}

/** Returns the value of each period; `undefined` for one without data. */
function periodsOf(points: readonly DataPoint[], stat: string): (number | undefined)[] {
  const values = Array.from({ length: BAD_DAY_MINUTES / PERIOD_MIN }, (): number[] => []);
  for (const { atMs, value } of points)
    values[Math.floor((atMs - BAD_DAY_MS - 1) / (PERIOD_MIN * MINUTE_MS))]?.push(value);
  return values.map((own) => (own.length === 0 ? undefined : statisticOf(stat, own)));
}

/** Returns the alarms that rang, in the order in which they began. */
function rungAlarms(points: readonly DataPoint[]): Ringing[] {
  const range = { fromMs: BAD_DAY_MS, toMs: BAD_DAY_MS + BAD_DAY_MINUTES * MINUTE_MS };
  return ringing(alarmsOf(production), points, range).toSorted(
    (a, b) => (a.minutes[0] ?? 0) - (b.minutes[0] ?? 0),
  );
}

/** Joins minutes that follow each other. */
function inARow(minutes: readonly number[]): [from: number, to: number][] {
  const joined: [number, number][] = [];
  for (const minute of minutes) {
    const last = joined.at(-1);
    if (last?.[1] === minute) last[1] = minute + 1;
    else joined.push([minute, minute + 1]);
  }
  return joined;
}

function alarmBars(rung: readonly Ringing[]): string {
  const xOf = (minute: number) =>
    Math.round(NAMES_WIDTH + (minute / BAD_DAY_MINUTES) * (WIDTH - NAMES_WIDTH - 20));
  const bottom = TOP + rung.length * BAR_HEIGHT;
  const faults = BAD_DAY.map(({ name, minutes: [from, to] }, index) =>
    [
      `<rect x="${xOf(from)}" y="30" width="${xOf(to) - xOf(from)}" height="${bottom - 30}" fill="#f3e3e3"/>`,
      // One below the other, because they are longer than the faults.
      textAt(xOf(from), 14 + 13 * (index % 2), `${index + 1} ${name}`, { fill: "#a33" }),
    ].join(""),
  );
  const bars = rung.map(({ name, minutes }, index) => {
    const y = TOP + index * BAR_HEIGHT;
    const on = inARow(minutes).map(
      ([from, to]) =>
        `<rect x="${xOf(from)}" y="${y - 10}" width="${xOf(to) - xOf(from)}" height="12" fill="#c33"/>`,
    );
    return `${textAt(10, y, name)}${on.join("")}`;
  });
  const ticks = timeAxis(BAD_DAY_MS, BAD_DAY_MINUTES).map(([share, text]) =>
    textAt(xOf(share * BAD_DAY_MINUTES), bottom + 8, text, { fill: "#666" }),
  );
  return [
    textAt(10, 26, "Alarms", { "font-weight": "bold", "font-size": "13" }),
    ...faults,
    ...bars,
    ...ticks,
  ].join("\n");
}
