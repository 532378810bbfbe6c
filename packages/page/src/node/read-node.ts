import type { ResultOf } from "@rainhooks/stage/query/question";
import type { nodeQuestion } from "@rainhooks/stage/query/questions/nodes";
import type { listSeriesQuestion } from "@rainhooks/stage/query/questions/series";
import { ApiError, get } from "../api.ts";
import type { ChartSeries } from "./values.ts";

/** What a page about a node shows of it. */
export interface NodeWithSeries {
  readonly node: ResultOf<typeof nodeQuestion>;
  readonly series: readonly ChartSeries[];
}

/** Nodes of which nothing was found when their series were last asked for, and when. */
const withoutSeries = new Map<string, number>();
/** A node without readings is asked for its series again after this time. */
const ASK_AGAIN_MS = 60_000;

/** Reads a node and its series. */
export async function readNode(id: string, signal: AbortSignal): Promise<NodeWithSeries> {
  const path = `/v1/nodes/${encodeURIComponent(id)}`;
  const [node, series] = await Promise.all([
    get<NodeWithSeries["node"]>(path, {}, signal),
    readSeries(id, `${path}/series`, signal),
  ]);
  return { node, series };
}

async function readSeries(
  id: string,
  path: string,
  signal: AbortSignal,
): Promise<readonly ChartSeries[]> {
  if (Date.now() - (withoutSeries.get(id) ?? 0) < ASK_AGAIN_MS) return [];
  try {
    const { series } = await get<ResultOf<typeof listSeriesQuestion>>(path, {}, signal);
    return series;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "not-found") throw error;
    withoutSeries.set(id, Date.now());
    return [];
  }
}

/** Returns what a node is called: its name, or its id if it has none that can be seen. */
export function nodeName({
  nodeId,
  config,
}: {
  readonly nodeId: string;
  readonly config?: { readonly name?: string | undefined } | undefined;
}): string {
  return config?.name?.trim() || nodeId;
}
