import { OPENED_BY_ID } from "@rainhooks/app-list/page-paths";
import { get } from "@rainhooks/page/api";
import { nodeName } from "@rainhooks/page/node/node-name";
import type { AnswerOf } from "@rainhooks/stage/query/question";
import type { listNodesQuestion } from "@rainhooks/stage/query/questions/list-nodes";
import type { SearchAnswer } from "@rainhooks/stage/routes/answers";

/** Something to go to. */
export interface SearchEntry {
  /** What it is, such as `node`. */
  readonly kind: string;
  readonly title: string;
  readonly note?: string | undefined;
  readonly path: string;
  readonly params?: Readonly<Record<string, string>> | undefined;
}

/** What has an id, and what could not be looked through. */
export interface SearchResult {
  readonly hits: readonly SearchEntry[];
  readonly failures: readonly string[];
}

/** Asks what has an id: one request. */
export async function lookUp(text: string, signal: AbortSignal): Promise<SearchResult> {
  if (text === "") return { hits: [], failures: [] };
  const { hits, failures } = await get<SearchAnswer>("/console/search", { id: text }, signal);
  const entries = hits.map(({ kind, title, note, page, id, params }) => {
    const about = [note, title === id ? undefined : id].filter((one) => one !== undefined).join(", ");
    return { kind, title, note: about, path: `/${page}/${encodeURIComponent(id)}`, params };
  });
  return { hits: entries, failures };
}

const [MIN_LENGTH, SHOWN] = [2, 5];

/** Finds nodes by a part of their names among those that one page of the list reads. */
export async function nodesNamed(text: string, signal: AbortSignal): Promise<readonly SearchEntry[]> {
  if (text.length < MIN_LENGTH) return [];
  const params = { match: text, limit: SHOWN };
  const { nodes } = await get<AnswerOf<typeof listNodesQuestion>>("/v1/nodes", params, signal);
  return nodes.map((node) => {
    const { nodeId, state } = node;
    const title = nodeName(node);
    const note = title === nodeId ? state : `${state}, ${nodeId}`;
    return { kind: "node", title, note, path: `/nodes/${encodeURIComponent(nodeId)}` };
  });
}

type Section = readonly [path: string, title: string];

/** Returns what a text can mean without a look at the stage: pages, and searches for it. */
export function suggestions(text: string, sections: readonly Section[]): readonly SearchEntry[] {
  const sought = text.toLowerCase();
  const pages = sections
    .filter(([, title]) => title.toLowerCase().includes(sought))
    .map(([path, title]) => ({ kind: "page", title, path: `/${path}` }));
  if (text === "") return pages;
  return [
    ...pages,
    { kind: "search", title: `Nodes with “${text}”`, path: "/", params: { match: text } },
    { kind: "search", title: `Events with “${text}”`, path: "/events", params: { text } },
    ...OPENED_BY_ID.map(([page, title]) => ({
      ...{ kind: "search", title: `${title} “${text}”`, path: `/${page}/${encodeURIComponent(text)}` },
    })),
  ];
}
