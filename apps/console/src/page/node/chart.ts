import uPlot from "uplot";

/** A chart that was drawn. */
export interface Chart {
  /** Returns a picture of it. */
  image(): Promise<Blob | null>;
  destroy(): void;
}

/** What a chart shows, and what happens when a person chooses a range in it. */
export interface ChartOptions {
  readonly fromMs: number;
  readonly toMs: number;
  readonly timezone: string;
  readonly isSteps: boolean;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onZoomOut: () => void;
}

const HEIGHT = 150;
/** Width of the values beside the chart, as the style sheet has it for what has the same time axis. */
const AXIS_WIDTH = 56;
/** Charts with the same key show the same time under the pointer. */
const SYNC = "node";

/** Draws values over time. */
export function drawChart(
  area: HTMLElement,
  [times, values]: [number[], (number | null)[]],
  { fromMs, toMs, timezone, isSteps, onZoom, onZoomOut }: ChartOptions,
): Chart {
  const style = getComputedStyle(document.documentElement);
  const [line, text, grid] = ["--accent", "--muted", "--line"].map((name) => colour(area, name, style)) as [
    string,
    string,
    string,
  ];
  const axis = { stroke: text, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } };
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  const plot = new uPlot(
    {
      width: Math.max(200, area.clientWidth),
      height: HEIGHT,
      padding: [8, 8, 0, 0],
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), timezone),
      cursor: { sync: { key: SYNC }, drag: { x: true, y: false, setScale: false } },
      legend: { live: true },
      scales: { x: { range: [fromMs / 1000, toMs / 1000] } },
      axes: [
        { ...axis, values: FORMATS },
        { ...axis, size: AXIS_WIDTH },
      ],
      series: [
        { label: "Time", value: "{YYYY}-{MM}-{DD} {HH}:{mm}:{ss}" },
        {
          label: "Value",
          stroke: line,
          width: 1.5,
          ...(isSteps && stepped !== undefined ? { paths: stepped } : {}),
          points: { show: times.length < 100, size: 4 },
        },
      ],
      hooks: {
        setSelect: [
          ({ select, posToVal }) => {
            if (select.width > 3)
              onZoom(posToVal(select.left, "x") * 1000, posToVal(select.left + select.width, "x") * 1000);
          },
        ],
      },
    },
    [times, values],
    area,
  );
  plot.over.addEventListener("dblclick", onZoomOut);
  const observer = new ResizeObserver(() =>
    plot.setSize({ width: Math.max(200, area.clientWidth), height: HEIGHT }),
  );
  observer.observe(area);
  return {
    image: () => new Promise((resolve) => plot.ctx.canvas.toBlob(resolve)),
    destroy: () => {
      observer.disconnect();
      plot.destroy();
    },
  };
}

/** Times in 24 hours, whatever the browser's language is. */
const FORMATS: uPlot.Axis.Values = [
  [86_400, "{YYYY}-{MM}-{DD}", null, null, null, null, null, null, 1],
  [60, "{HH}:{mm}", "\n{YYYY}-{MM}-{DD}", null, "\n{MM}-{DD}", null, null, null, 1],
  [1, "{HH}:{mm}:{ss}", "\n{YYYY}-{MM}-{DD}", null, "\n{MM}-{DD}", null, null, null, 1],
];

/** Returns a colour of the style sheet as a canvas takes it: for the present scheme. */
function colour(area: HTMLElement, name: string, style: CSSStyleDeclaration): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${name}, ${style.color})`;
  area.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
