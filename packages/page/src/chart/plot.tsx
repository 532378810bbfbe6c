import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Range } from "../node/range.ts";
import { timeText } from "../time.ts";
import { type Colours, type DrawnBound, type DrawnPoint, draw, HEIGHT, nearest, ROOM } from "./draw.ts";
import { timeTicks, type ValueScale, valueScale, valueText } from "./ticks.ts";

interface Props {
  readonly label: string;
  readonly points: readonly DrawnPoint[];
  readonly fromMs: number;
  readonly toMs: number;
  /** In which time zone times are shown; drawn again when it changes. */
  readonly timezone: string;
  /** Lines that values should not cross. */
  readonly bounds: readonly DrawnBound[];
  /** Times that are shaded: those of alarms. */
  readonly shaded: readonly Range[];
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onZoomOut: () => void;
}

/** Charts of the page: all show their values at the time under the pointer. */
const charts = new Set<(atMs: number | undefined) => void>();

function pointAt(atMs: number | undefined): void {
  for (const show of charts) show(atMs);
}

/** Room for the text of a tick, in pixels. */
const [TICK_WIDTH, TICK_HEIGHT] = [84, 34];
/** What is dragged less is a click. */
const MIN_DRAG = 4;

/**
 * Values over time. Dragging zooms in, a double click zooms out; the pointer, or the arrow keys, read a
 * value.
 */
export function Plot(props: Props) {
  const { label, points, fromMs, toMs, timezone, bounds, shaded, onZoom, onZoomOut } = props;
  const area = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(600);
  const [isDark, setDark] = useState(false);
  const [pointedMs, setPointed] = useState<number>();
  const [drag, setDrag] = useState<readonly [number, number]>();
  const scale = useScale(points, bounds);
  const x = (atMs: number) =>
    ROOM.left + ((atMs - fromMs) / (toMs - fromMs)) * (width - ROOM.left - ROOM.right);
  const y = (value: number) =>
    ROOM.top + ((scale.max - value) / (scale.max - scale.min)) * (HEIGHT - ROOM.top - ROOM.bottom);
  useEffect(() => watchLook(area, setWidth, setDark, setPointed), []);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context == null || area.current === null) return;
    const pixels = devicePixelRatio || 1;
    [context.canvas.width, context.canvas.height] = [Math.round(width * pixels), HEIGHT * pixels];
    context.scale(pixels, pixels);
    const times = timeTicks(fromMs, toMs, Math.max(2, Math.floor(width / TICK_WIDTH)), timeText);
    const font = `12px ${getComputedStyle(area.current).fontFamily}`;
    draw(context, { ...props, width, scale, times, x, y, colours: coloursOf(area.current), font });
  }, [points, bounds, shaded, fromMs, toMs, timezone, width, isDark]);
  const timeAt = (event: MouseEvent) => {
    const left = event.clientX - (area.current?.getBoundingClientRect().left ?? 0);
    const share = (left - ROOM.left) / (width - ROOM.left - ROOM.right);
    return fromMs + Math.min(1, Math.max(0, share)) * (toMs - fromMs);
  };
  const moved = (event: MouseEvent) => {
    const atMs = timeAt(event);
    pointAt(atMs);
    if (drag !== undefined) setDrag([drag[0], atMs]);
  };
  const dropped = () => {
    if (drag !== undefined && Math.abs(x(drag[1]) - x(drag[0])) >= MIN_DRAG)
      onZoom(Math.min(...drag), Math.max(...drag));
    setDrag(undefined);
  };
  const current = pointedMs === undefined ? undefined : nearest(points, pointedMs);
  return (
    <>
      <div
        ref={area}
        class="plot"
        title="Drag to zoom in, double-click to zoom out"
        role="slider"
        tabIndex={0}
        aria-label={`${label}: arrow keys read its values`}
        aria-valuemin={fromMs}
        aria-valuemax={toMs}
        aria-valuenow={current?.atMs ?? fromMs}
        aria-valuetext={readingOf(current, scale)}
        onPointerMove={moved}
        onPointerDown={(event) => event.button === 0 && setDrag([timeAt(event), timeAt(event)])}
        onPointerUp={dropped}
        onPointerLeave={() => {
          pointAt(undefined);
          setDrag(undefined);
        }}
        onDblClick={onZoomOut}
        onKeyDown={(event) => goByKey(event, points, current)}
      >
        <canvas ref={canvas} />
        {current?.value != null && (
          <span class="pointed" style={{ left: `${x(current.atMs)}px`, top: `${y(current.value)}px` }} />
        )}
        {drag !== undefined && (
          <span
            class="dragged"
            style={{ left: `${x(Math.min(...drag))}px`, width: `${Math.abs(x(drag[1]) - x(drag[0]))}px` }}
          />
        )}
      </div>
      <p class="note reading">{readingOf(current, scale)}</p>
    </>
  );
}

function useScale(points: readonly DrawnPoint[], bounds: readonly DrawnBound[]) {
  const values = [
    ...points.flatMap(({ value, min, max }) => [value, min, max].filter((one) => one != null)),
    ...bounds.map(({ value }) => value),
  ];
  const [least, most] = values.length === 0 ? [0, 1] : [Math.min(...values), Math.max(...values)];
  return valueScale(least, most, (HEIGHT - ROOM.top - ROOM.bottom) / TICK_HEIGHT);
}

/** Watches the width and the color scheme of a chart, and the time that is pointed at in other charts. */
function watchLook(
  area: RefObject<HTMLDivElement | null>,
  setWidth: (width: number) => void,
  setDark: (isDark: boolean) => void,
  setPointed: (atMs: number | undefined) => void,
): () => void {
  const observer = new ResizeObserver(() => setWidth(Math.max(200, area.current?.clientWidth ?? 0)));
  if (area.current !== null) observer.observe(area.current);
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const onScheme = () => setDark(scheme.matches);
  onScheme();
  scheme.addEventListener("change", onScheme);
  charts.add(setPointed);
  return () => {
    observer.disconnect();
    scheme.removeEventListener("change", onScheme);
    charts.delete(setPointed);
  };
}

/** Reads the colours of the style sheet for the present scheme: a canvas does not know them. */
function coloursOf(area: HTMLElement): Colours {
  const probe = document.createElement("span");
  area.append(probe);
  const colour = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    ground: colour("card"),
    line: colour("accent"),
    text: colour("muted"),
    grid: colour("line"),
    bad: colour("bad"),
  };
  probe.remove();
  return colours;
}

function readingOf(point: DrawnPoint | undefined, scale: ValueScale): string {
  if (point === undefined) return "\u00a0";
  const { atMs, value, min, max } = point;
  const text = (one: number) => valueText(one, scale);
  const bounds = min === undefined || max === undefined ? "" : ` (${text(min)} to ${text(max)})`;
  return `${timeText(atMs)}  ${value === null ? "no value" : text(value)}${bounds}`;
}

/** Reads the value before or after. */
function goByKey(event: KeyboardEvent, points: readonly DrawnPoint[], current: DrawnPoint | undefined): void {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const index = current === undefined ? -1 : points.indexOf(current);
  const next = points[index === -1 ? points.length - 1 : index + step] ?? current;
  pointAt(next?.atMs);
}
