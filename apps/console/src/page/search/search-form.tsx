import { OPENED_BY_ID, SECTIONS } from "@rainhooks/app-list/page-paths";
import { go, hrefHere } from "@rainhooks/page/address";
import { get } from "@rainhooks/page/api";
import { Failure } from "@rainhooks/page/layout.jsx";
import { nodeName } from "@rainhooks/page/node/read-node";
import { Text } from "@rainhooks/page/text.jsx";
import type { ResultOf } from "@rainhooks/stage/query/question";
import type { listNodesQuestion } from "@rainhooks/stage/query/questions/list-nodes";
import type { SearchResponse } from "@rainhooks/stage/routes/responses";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

const TYPING_MS = 150;

/** The field of the search over everything, and what was found. */
export function SearchForm({ onGone }: { readonly onGone: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);
  const [text, setText] = useState("");
  const [{ hits, failures }, setResult] = useState(NOTHING);
  const failed = (error: unknown) => setResult({ hits: [], failures: [String(error)] });
  const read = async (signal: AbortSignal) => {
    const exact = await lookUp(text, signal);
    setResult(exact);
    if (exact.hits.length === 0) setResult({ ...exact, hits: await nodesNamed(text, signal) });
  };
  useEffect(() => {
    const end = new AbortController();
    setResult(NOTHING);
    const timer = setTimeout(() => {
      read(end.signal).catch((error: unknown) => end.signal.aborted || failed(error));
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      end.abort();
    };
  }, [text]);
  const entries = [...hits, ...suggestions(text)];
  const enter = async (event: SubmitEvent) => {
    event.preventDefault();
    // Enter may come before what an id names.
    const exact = hits.length > 0 ? hits : (await lookUp(text, new AbortController().signal)).hits;
    const first = exact[0] ?? entries[0];
    if (first === undefined) return;
    onGone();
    go(hrefHere(first.path, first.params));
  };
  return (
    <form onSubmit={(event) => enter(event).catch(failed)}>
      <input
        ref={field}
        type="search"
        aria-label="Search everything"
        placeholder="An id or a name: node, event, alarm, destination, page"
        maxLength={256}
        onInput={({ currentTarget }) => setText(currentTarget.value.trim())}
        onKeyDown={goByKey}
      />
      {failures.map((one) => (
        <Failure key={one} of={one} />
      ))}
      <ul>
        {entries.map((one) => (
          <li key={`${one.kind} ${one.path} ${one.title}`}>
            <a href={hrefHere(one.path, one.params)} onClick={onGone} onKeyDown={goByKey}>
              <span class="kind">{one.kind}</span> <Text of={one.title} max={80} />{" "}
              {one.note !== undefined && (
                <span class="note">
                  <Text of={one.note} max={80} />
                </span>
              )}
            </a>
          </li>
        ))}
      </ul>
      <p class="visually-hidden" role="status">
        {text === "" ? "" : `${hits.length} found`}
      </p>
    </form>
  );
}

/** Arrow keys go from the field to the entries, and from one to the next. */
function goByKey(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const form = event.target instanceof Element ? event.target.closest("form") : null;
  if (step === undefined || form === null) return;
  event.preventDefault();
  const all = [...form.querySelectorAll<HTMLElement>("input, a")];
  const next = all[all.indexOf(event.target as HTMLElement) + step];
  next?.focus();
}

/** Something to go to. */
interface SearchEntry {
  /** What it is, such as `node`. */
  readonly kind: string;
  readonly title: string;
  readonly note?: string | undefined;
  readonly path: string;
  readonly params?: Readonly<Record<string, string>> | undefined;
}

/** What has an id, and what could not be looked through. */
interface SearchResult {
  readonly hits: readonly SearchEntry[];
  readonly failures: readonly string[];
}

const NOTHING: SearchResult = { hits: [], failures: [] };

/** Asks what has an id: one request. */
async function lookUp(text: string, signal: AbortSignal): Promise<SearchResult> {
  if (text === "") return NOTHING;
  const { hits, failures } = await get<SearchResponse>("/console/search", { id: text }, signal);
  const entries = hits.map(({ kind, title, note, page, id, params }) => {
    const about = [note, title === id ? undefined : id].filter((one) => one !== undefined).join(", ");
    return { kind, title, note: about, path: `/${page}/${encodeURIComponent(id)}`, params };
  });
  return { hits: entries, failures };
}

const [MIN_LENGTH, SHOWN] = [2, 5];

/** Finds nodes by a part of their names among those that one page of the list reads. */
async function nodesNamed(text: string, signal: AbortSignal): Promise<readonly SearchEntry[]> {
  if (text.length < MIN_LENGTH) return [];
  const params = { match: text, limit: SHOWN };
  const { nodes } = await get<ResultOf<typeof listNodesQuestion>>("/v1/nodes", params, signal);
  return nodes.map((node) => {
    const { nodeId, state } = node;
    const title = nodeName(node);
    const note = title === nodeId ? state : `${state}, ${nodeId}`;
    return { kind: "node", title, note, path: `/nodes/${encodeURIComponent(nodeId)}` };
  });
}

/** Returns what a text can mean without a look at the stage: pages, and searches for it. */
function suggestions(text: string): readonly SearchEntry[] {
  const sought = text.toLowerCase();
  const pages = SECTIONS.filter(([, title]) => title.toLowerCase().includes(sought)).map(([path, title]) => ({
    kind: "page",
    title,
    path: `/${path}`,
  }));
  if (text === "") return pages;
  return [
    ...pages,
    { kind: "search", title: `Nodes with “${text}”`, path: "/", params: { match: text } },
    { kind: "search", title: `Events with “${text}”`, path: "/events", params: { text } },
    ...OPENED_BY_ID.map(([page, title]) => {
      return { kind: "search", title: `${title} “${text}”`, path: `/${page}/${encodeURIComponent(text)}` };
    }),
  ];
}
