import type { Range } from "../node/range.ts";
import { placeTexts, type Tick, type ValueScale } from "./ticks.ts";

/** A point of a chart; `null` where there is no value. */
export interface DrawnPoint {
  readonly atMs: number;
  readonly value: number | null;
  /** The lowest and the highest value that it stands for, if it is an average. */
  readonly min?: number;
  readonly max?: number;
}

/** A line that values should not cross. */
export interface DrawnBound {
  readonly value: number;
  readonly text: string;
}

/** Colours of a chart, as a canvas takes them. */
export interface Colours {
  readonly ground: string;
  readonly line: string;
  readonly text: string;
  readonly grid: string;
  readonly bad: string;
}

/** What is drawn. Lengths are in pixels of the page. */
export interface Picture {
  readonly width: number;
  readonly points: readonly DrawnPoint[];
  readonly bounds: readonly DrawnBound[];
  /** Times that are shaded, such as those of alarms. */
  readonly shaded: readonly Range[];
  readonly scale: ValueScale;
  readonly times: readonly Tick[];
  readonly x: (atMs: number) => number;
  readonly y: (value: number) => number;
  readonly colours: Colours;
  readonly font: string;
}

export const HEIGHT = 176;
/**
 * Room around the values. The left one is that of everything on the same time axis: see `.axis` in the style
 * sheet.
 */
export const ROOM = { left: 56, right: 8, top: 8, bottom: 34 };
/** Points up to which each has a dot. */
const MAX_DOTS = 100;

/** Draws axes and values. */
export function draw(canvas: CanvasRenderingContext2D, picture: Picture): void {
  canvas.fillStyle = picture.colours.ground;
  canvas.fillRect(0, 0, picture.width, HEIGHT);
  drawAxes(canvas, picture);
  canvas.save();
  canvas.beginPath();
  canvas.rect(ROOM.left, 0, picture.width - ROOM.left - ROOM.right, HEIGHT);
  canvas.clip();
  drawShaded(canvas, picture);
  drawBand(canvas, picture);
  drawBounds(canvas, picture);
  drawValues(canvas, picture);
  canvas.restore();
}

function drawAxes(canvas: CanvasRenderingContext2D, { width, scale, times, x, y, colours, font }: Picture) {
  const bottom = HEIGHT - ROOM.bottom;
  canvas.font = font;
  canvas.fillStyle = colours.text;
  canvas.strokeStyle = colours.grid;
  canvas.lineWidth = 1;
  canvas.beginPath();
  canvas.textAlign = "right";
  canvas.textBaseline = "middle";
  for (const { at, text } of scale.ticks) {
    // A line on half a pixel is one pixel wide.
    const top = Math.round(y(at)) + 0.5;
    canvas.moveTo(ROOM.left, top);
    canvas.lineTo(width - ROOM.right, top);
    canvas.fillText(text, ROOM.left - 6, top);
  }
  canvas.textAlign = "center";
  canvas.textBaseline = "top";
  for (const { at } of times) {
    const left = Math.round(x(at)) + 0.5;
    canvas.moveTo(left, ROOM.top);
    canvas.lineTo(left, bottom);
  }
  canvas.stroke();
  const write = (texts: readonly (readonly [at: number, text: string])[], top: number) => {
    const places = texts.map(([at, text]) => ({ middle: x(at), width: canvas.measureText(text).width }));
    for (const [index, place] of placeTexts(places, ROOM.left, width).entries())
      if (place !== undefined) canvas.fillText(texts[index]?.[1] ?? "", place, top);
  };
  write(
    times.map(({ at, text }) => [at, text]),
    bottom + 4,
  );
  write(
    times.flatMap(({ at, below }) => (below === undefined ? [] : [[at, below] as const])),
    bottom + 18,
  );
}

/** How much of its colour an area has. */
const AREA = 0.18;

function drawShaded(canvas: CanvasRenderingContext2D, { shaded, x, colours }: Picture): void {
  canvas.globalAlpha = AREA;
  canvas.fillStyle = colours.bad;
  for (const { fromMs, toMs } of shaded)
    canvas.fillRect(x(fromMs), ROOM.top, Math.max(1, x(toMs) - x(fromMs)), HEIGHT - ROOM.top - ROOM.bottom);
  canvas.globalAlpha = 1;
}

/** Draws the area between the lowest and the highest values. */
function drawBand(canvas: CanvasRenderingContext2D, { points, x, y, colours }: Picture): void {
  canvas.globalAlpha = AREA;
  canvas.fillStyle = colours.line;
  const known = points.filter((one) => one.min !== undefined && one.max !== undefined);
  canvas.beginPath();
  known.forEach(({ atMs, max = 0 }, index) => {
    if (index === 0) canvas.moveTo(x(atMs), y(max));
    else canvas.lineTo(x(atMs), y(max));
  });
  for (const { atMs, min = 0 } of known.toReversed()) canvas.lineTo(x(atMs), y(min));
  canvas.fill();
  canvas.globalAlpha = 1;
}

function drawBounds(canvas: CanvasRenderingContext2D, { bounds, width, y, colours }: Picture): void {
  canvas.strokeStyle = colours.bad;
  canvas.fillStyle = colours.bad;
  canvas.lineWidth = 1;
  canvas.textAlign = "right";
  canvas.textBaseline = "bottom";
  canvas.setLineDash([6, 4]);
  for (const { value, text } of bounds) {
    const top = Math.round(y(value)) + 0.5;
    canvas.beginPath();
    canvas.moveTo(ROOM.left, top);
    canvas.lineTo(width - ROOM.right, top);
    canvas.stroke();
    canvas.fillText(text, width - ROOM.right - 4, top - 1);
  }
  canvas.setLineDash([]);
}

function drawValues(canvas: CanvasRenderingContext2D, { points, x, y, colours }: Picture): void {
  canvas.strokeStyle = colours.line;
  canvas.fillStyle = colours.line;
  canvas.lineWidth = 1.5;
  canvas.lineJoin = "round";
  canvas.beginPath();
  let before: number | null = null;
  for (const { atMs, value } of points) {
    if (value !== null) {
      if (before === null) canvas.moveTo(x(atMs), y(value));
      canvas.lineTo(x(atMs), y(value));
    }
    before = value;
  }
  canvas.stroke();
  points.forEach(({ atMs, value }, index) => {
    const isAlone = points[index - 1]?.value == null && points[index + 1]?.value == null;
    if (value === null || (points.length >= MAX_DOTS && !isAlone)) return;
    canvas.beginPath();
    canvas.arc(x(atMs), y(value), 2, 0, 2 * Math.PI);
    canvas.fill();
  });
}

/** Returns the point next to a time; of two that are as near, the later one. */
export function nearest(points: readonly DrawnPoint[], atMs: number): DrawnPoint | undefined {
  const after = points.findIndex((point) => point.atMs >= atMs);
  if (after === -1) return points.at(-1);
  const [one, other] = [points[after - 1], points[after]];
  if (one === undefined || other === undefined) return other;
  return atMs - one.atMs < other.atMs - atMs ? one : other;
}
