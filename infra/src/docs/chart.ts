import { HOUR_MS } from "@rainhooks/core";

/** A line of a chart: a value for each period, `undefined` where there is none. */
export interface ChartLine {
  readonly label: string;
  /** Whether its scale is that on the right. */
  readonly isRight: boolean;
  readonly values: readonly (number | undefined)[];
}

/** Options of {@link chart}; places are in pixels, times are shares of the width. */
export interface ChartOptions {
  readonly title: string;
  /** What the scales count. */
  readonly left: string;
  readonly right: string | undefined;
  readonly lines: readonly ChartLine[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Times that are marked. */
  readonly faults: readonly (readonly [from: number, to: number])[];
  readonly ticks: readonly (readonly [share: number, text: string])[];
}

const COLORS = ["#1f77b4", "#2ca02c", "#ff7f0e", "#9467bd", "#d62728", "#8c564b", "#7f7f7f"];
const MARGIN = { left: 46, right: 46, top: 24, bottom: 48 };
const HOUR_MINUTES = 60;
/** Characters of a label for which a quarter of the width is too little. */
const LONG_LABEL = 16;

/** Returns the hours of a time, each with its place: shares of the width. */
export function timeAxis(fromMs: number, minutes: number): [share: number, text: string][] {
  return Array.from({ length: Math.floor(minutes / HOUR_MINUTES) }, (_, hour) => [
    (hour * HOUR_MINUTES) / minutes,
    new Date(fromMs + hour * HOUR_MS).toISOString().slice(11, 16),
  ]);
}

/** Returns a text in SVG. */
export function textAt(
  x: number,
  y: number,
  text: string,
  attributes: Readonly<Record<string, string>> = {},
): string {
  const all = Object.entries(attributes).map(([name, value]) => ` ${name}="${value}"`);
  return `<text x="${round(x)}" y="${round(y)}"${all.join("")}>${text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</text>`;
}

/** Returns a chart of lines in SVG. */
export function chart({
  title,
  left,
  right,
  lines,
  x,
  y,
  width,
  height,
  faults,
  ticks,
}: ChartOptions): string {
  const inner = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom };
  const scales = { left: maxOf(lines, false), right: maxOf(lines, true) };
  const marked = faults.map(
    ([from, to]) =>
      `<rect x="${round(from * inner.width)}" width="${round((to - from) * inner.width)}" height="${inner.height}" fill="#f3e3e3"/>`,
  );
  const grey = { fill: "#666" };
  const end = { ...grey, "text-anchor": "end" };
  const axes = [
    `<path d="M0 0V${inner.height}H${inner.width}" fill="none" stroke="#bbb"/>`,
    textAt(-4, 8, short(scales.left), end),
    textAt(-4, inner.height, "0", end),
    textAt(0, -3, left, grey),
    ...(right === undefined || !lines.some(({ isRight }) => isRight)
      ? []
      : [textAt(inner.width + 4, 8, short(scales.right), grey), textAt(inner.width, -3, right, end)]),
    ...ticks.map(([share, text]) => textAt(share * inner.width, inner.height + 13, text, grey)),
  ];
  const drawn = lines.map(({ values, isRight }, index) => {
    const path = pathOf(values, isRight ? scales.right : scales.left, inner);
    return `<path d="${path}" fill="none" stroke="${colorOf(index)}" stroke-width="1.5"${isRight ? ' stroke-dasharray="4 2"' : ""}/>`;
  });
  return [
    `<g transform="translate(${x + MARGIN.left} ${y + MARGIN.top})">`,
    ...marked,
    textAt(-MARGIN.left + 10, -MARGIN.top + 8, title, { "font-weight": "bold" }),
    ...axes,
    ...drawn,
    ...legend(lines, inner),
    "</g>",
  ].join("\n");
}

function colorOf(index: number): string {
  return COLORS[index % COLORS.length] ?? "#000";
}

function maxOf(lines: readonly ChartLine[], isRight: boolean): number {
  const values = lines.filter((line) => line.isRight === isRight).flatMap((line) => line.values);
  return Math.max(1, ...values.map((value) => value ?? 0));
}

/** A point is at the middle of its period; a period without data ends the line. */
function pathOf(
  values: readonly (number | undefined)[],
  max: number,
  { width, height }: { readonly width: number; readonly height: number },
): string {
  let isOpen = false;
  return values
    .map((value, index) => {
      const command = isOpen ? "L" : "M";
      isOpen = value !== undefined;
      if (value === undefined) return "";
      // A single point is seen as a short line.
      const dot = values[index - 1] === undefined && values[index + 1] === undefined ? "h1" : "";
      return `${command}${round(((index + 0.5) / values.length) * width)} ${round(height - (value / max) * height)}${dot}`;
    })
    .join("");
}

function legend(
  lines: readonly ChartLine[],
  { height, width }: { readonly height: number; readonly width: number },
): string[] {
  const perRow = lines.some(({ label }) => label.length > LONG_LABEL) ? 2 : 4;
  return lines.map(({ label }, index) => {
    const x = (index % perRow) * (width / perRow);
    const y = height + 27 + Math.floor(index / perRow) * 13;
    return `<rect x="${round(x)}" y="${y - 8}" width="8" height="8" fill="${colorOf(index)}"/>${textAt(x + 11, y, label, { "font-size": "10" })}`;
  });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function short(value: number): string {
  return value >= 10_000 ? `${Math.round(value / 1000)}k` : `${Math.round(value)}`;
}
