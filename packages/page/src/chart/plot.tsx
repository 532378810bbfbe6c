import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Range } from "../node/range.ts";
import { timeText } from "../time.ts";
import {
  type DrawnBound,
  type DrawnPoint,
  HEIGHT,
  nearest,
  pathsOf,
  scaleOf,
  unitsOf,
  WIDTH,
} from "./draw.ts";
import { type ValueScale, valueText } from "./ticks.ts";
import { Times, ticksOf } from "./times.tsx";

interface Props extends Range {
  readonly label: string;
  readonly points: readonly DrawnPoint[];
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

/** What is dragged less, in pixels, is a click. */
const MIN_DRAG = 4;

const percent = (share: number) => `${share * 100}%`;

/**
 * Values over time. Dragging zooms in, a double click zooms out; the pointer, or the arrow keys,
 * read a value.
 */
export function Plot({ label, points, fromMs, toMs, bounds, shaded, onZoom, onZoomOut }: Props) {
  const area = useRef<HTMLDivElement>(null);
  const [pointedMs, setPointed] = useState<number>();
  const [drag, setDrag] = useState<readonly [number, number]>();
  const scale = scaleOf(points, bounds);
  const x = (atMs: number) => (atMs - fromMs) / (toMs - fromMs);
  const y = (value: number) => (scale.max - value) / (scale.max - scale.min);
  const paths = useMemo(() => pathsOf(points, x, y), [points, fromMs, toMs, scale.min, scale.max]);
  useEffect(() => {
    charts.add(setPointed);
    return () => void charts.delete(setPointed);
  }, []);
  const boxOf = () => area.current?.getBoundingClientRect() ?? { left: 0, width: 1 };
  const timeAt = ({ clientX }: MouseEvent) => {
    const { left, width } = boxOf();
    return fromMs + Math.min(1, Math.max(0, (clientX - left) / width)) * (toMs - fromMs);
  };
  const moved = (event: MouseEvent) => {
    const atMs = timeAt(event);
    pointAt(atMs);
    if (drag !== undefined) setDrag([drag[0], atMs]);
  };
  const dropped = () => {
    if (drag !== undefined && Math.abs(x(drag[1]) - x(drag[0])) * boxOf().width >= MIN_DRAG)
      onZoom(Math.min(...drag), Math.max(...drag));
    setDrag(undefined);
  };
  const current = pointedMs === undefined ? undefined : nearest(points, pointedMs);
  return (
    <div class="axis">
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
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          <path
            class="grid"
            d={[
              ...scale.ticks.map(({ at }) => `M0 ${unitsOf(y(at), HEIGHT)}H${WIDTH}`),
              ...ticksOf({ fromMs, toMs }).map(({ at }) => `M${unitsOf(x(at), WIDTH)} 0V${HEIGHT}`),
            ].join("")}
          />
          {shaded.map((one) => (
            <rect
              key={one.fromMs}
              x={x(one.fromMs) * WIDTH}
              width={Math.max(1, (x(one.toMs) - x(one.fromMs)) * WIDTH)}
              height={HEIGHT}
            />
          ))}
          <path class="area" d={paths.area} />
          <path
            class="bound"
            d={bounds.map(({ value }) => `M0 ${unitsOf(y(value), HEIGHT)}H${WIDTH}`).join("")}
          />
          <path d={paths.line} />
          <path class="dots" d={paths.dots} />
        </svg>
        {scale.ticks.map(({ at, text }) => (
          <span key={at} class="tick note" style={{ top: percent(y(at)) }}>
            {text}
          </span>
        ))}
        {bounds.map(({ value, text }) => (
          <span key={text} class="tick bad" style={{ top: percent(y(value)) }}>
            {text}
          </span>
        ))}
        {current?.value != null && (
          <span
            class="pointed"
            style={{ left: percent(x(current.atMs)), top: percent(y(current.value)) }}
          />
        )}
        {drag !== undefined && (
          <span
            class="dragged"
            style={{
              left: percent(x(Math.min(...drag))),
              width: percent(Math.abs(x(drag[1]) - x(drag[0]))),
            }}
          />
        )}
      </div>
      <Times fromMs={fromMs} toMs={toMs} />
      <p class="note reading">{readingOf(current, scale)}</p>
    </div>
  );
}

function readingOf(point: DrawnPoint | undefined, scale: ValueScale): string {
  if (point === undefined) return "\u00a0";
  const { atMs, value, min, max } = point;
  const text = (one: number) => valueText(one, scale);
  const bounds = min === undefined || max === undefined ? "" : ` (${text(min)} to ${text(max)})`;
  return `${timeText(atMs)}  ${value === null ? "no value" : text(value)}${bounds}`;
}

/** Reads the value before or after. */
function goByKey(
  event: KeyboardEvent,
  points: readonly DrawnPoint[],
  current: DrawnPoint | undefined,
): void {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const index = current === undefined ? -1 : points.indexOf(current);
  const next = points[index === -1 ? points.length - 1 : index + step] ?? current;
  pointAt(next?.atMs);
}
