import { OPENED_BY_ID, SECTIONS } from "@rainhooks/app-list/page-paths";
import { go, hrefHere } from "@rainhooks/page/address";
import { get } from "@rainhooks/page/api";
import { Failure, failureText } from "@rainhooks/page/layout.jsx";
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
  const [{ hits, failures, looked = "" }, setResult] = useState(NOTHING);
  const failed = (error: unknown) => setResult({ hits: [], failures: [failureText(error)] });
  const read = async (signal: AbortSignal) => {
    const exact = await lookUp(text, signal);
    setResult(exact);
    if (exact.hits.length === 0)
      await lookThrough(text, signal, (found) => setResult({ ...found, failures: exact.failures }));
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
  // What is found comes later: it must not move what somebody is about to press.
  const entries = [...suggestions(text), ...hits];
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
      {failures.map((one) => (
        <Failure key={one} of={one} />
      ))}
      <p class="note" role="status">
        {text === "" ? "" : `${hits.length} found. ${looked}`}
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
  /** How far nodes were looked through. */
  readonly looked?: string;
}

const NOTHING: SearchResult = { hits: [], failures: [] };

/** Asks what has an id: one request. */
async function lookUp(text: string, signal: AbortSignal): Promise<SearchResult> {
  if (text === "") return NOTHING;
  const { hits, failures } = await get<SearchResponse>("/console/search", { id: text }, signal);
  const entries = hits.map(({ kind, title, note, page, id, params }) => {
    const about = [note, title === id ? undefined : id]
      .filter((one) => one !== undefined)
      .join(", ");
    return { kind, title, note: about, path: `/${page}/${encodeURIComponent(id)}`, params };
  });
  return { hits: entries, failures };
}

const MIN_LENGTH = 2;
const SHOWN = 5;
/** Nodes that are looked through for one text. */
const MAX_LOOKED = 20_000;

type Listed = ResultOf<typeof listNodesQuestion> & { readonly next?: string };

/**
 * Finds nodes by a part of what they are called, and a user by the id: page by page, because no
 * index has that.
 */
async function lookThrough(
  text: string,
  signal: AbortSignal,
  show: (found: Omit<SearchResult, "failures">) => void,
) {
  if (text.length < MIN_LENGTH) return;
  const hits = new Map<string, SearchEntry>();
  let page: string | undefined;
  let count = 0;
  do {
    const params = { match: text, limit: SHOWN, page };
    const { nodes, read, next } = await get<Listed>("/v1/nodes", params, signal);
    if (nodes.some(({ users }) => users.some(({ userId }) => userId === text)))
      hits.set("", {
        kind: "user",
        title: text,
        note: "the nodes of this user",
        path: "/",
        params: { user: text },
      });
    for (const node of nodes) hits.set(node.nodeId, entryOf(node));
    [page, count] = [next, count + read];
    const isEnd = page === undefined || hits.size >= SHOWN || count >= MAX_LOOKED;
    const looked =
      page === undefined
        ? ""
        : `${count.toLocaleString("en")} nodes were looked through${isEnd ? ": there may be more." : " …"}`;
    show({ hits: [...hits.values()], looked });
    if (isEnd) return;
  } while (!signal.aborted);
}

function entryOf(node: Listed["nodes"][number]): SearchEntry {
  const { nodeId, state } = node;
  const title = nodeName(node);
  const note = title === nodeId ? state : `${state}, ${nodeId}`;
  return { kind: "node", title, note, path: `/nodes/${encodeURIComponent(nodeId)}` };
}

/** Returns what a text can mean without a look at the stage: pages, and searches for it. */
function suggestions(text: string): readonly SearchEntry[] {
  const sought = text.toLowerCase();
  const pages = SECTIONS.filter(([, title]) => title.toLowerCase().includes(sought)).map(
    ([path, title]) => ({
      kind: "page",
      title,
      path: `/${path}`,
    }),
  );
  if (text === "") return pages;
  return [
    ...pages,
    { kind: "search", title: `Nodes with “${text}”`, path: "/", params: { match: text } },
    { kind: "search", title: `Events with “${text}”`, path: "/events", params: { text } },
    ...OPENED_BY_ID.map(([page, title]) => {
      return {
        kind: "search",
        title: `${title} “${text}”`,
        path: `/${page}/${encodeURIComponent(text)}`,
      };
    }),
  ];
}
