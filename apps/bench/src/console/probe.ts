import type { CDPSession, Page } from "playwright-core";

/** What a page measures of itself from its start. It runs before the page's own code. */
export const PROBE = `
  globalThis.probe = { longTasks: [] };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) probe.longTasks.push(duration);
  }).observe({ type: "longtask", buffered: true });
  probe.firstRow = new Promise((resolve) => {
    const look = () => {
      if (document.querySelector("tbody td") === null) requestAnimationFrame(look);
      else resolve(performance.now());
    };
    requestAnimationFrame(look);
  });
`;

/** How the page behaved while it was scrolled. */
export interface Scrolled {
  /** Durations of frames, ms. */
  readonly frames: readonly number[];
  /** Durations of tasks of more than 50 ms. */
  readonly longTasks: readonly number[];
  /** Rows that were passed. */
  readonly rows: number;
}

const PIXELS_PER_FRAME = 60;
const ROW_PIXELS = 48;

/** Scrolls the table for a time, some pixels in each frame, further rows being loaded on the way. */
export function scrollTable(page: Page, ms: number): Promise<Scrolled> {
  return page.evaluate<Scrolled>(`new Promise((resolve) => {
    const area = document.querySelector(".table.nodes");
    const frames = [];
    probe.longTasks = [];
    let last = performance.now();
    const end = last + ${ms};
    const step = (now) => {
      frames.push(now - last);
      last = now;
      area.scrollTop += ${PIXELS_PER_FRAME};
      if (now < end) requestAnimationFrame(step);
      else resolve({ frames: frames.slice(1), longTasks: probe.longTasks, rows: Math.round(area.scrollTop / ${ROW_PIXELS}) });
    };
    requestAnimationFrame(step);
  })`);
}

/** What a page holds in memory, after a garbage collection. */
export interface Held {
  readonly heapMiB: number;
  readonly domNodes: number;
}

const MIB = 1024 ** 2;

/** Measures the memory of a page. */
export async function measureHeld(session: CDPSession): Promise<Held> {
  await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  const metricOf = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return { heapMiB: metricOf("JSHeapUsedSize") / MIB, domNodes: metricOf("Nodes") };
}
