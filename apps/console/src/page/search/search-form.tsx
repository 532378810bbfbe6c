import { SECTIONS } from "@rainhooks/app-list/page-paths";
import { address, go, hrefOf } from "@rainhooks/page/address";
import { Failure } from "@rainhooks/page/message.jsx";
import { safeText, Text } from "@rainhooks/page/text.jsx";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { lookUp, nodesNamed, type SearchEntry, type SearchResult, suggestions } from "./look-up.ts";

const TYPING_MS = 150;

/** The field of the search over everything, and what was found. */
export function SearchForm({ onGone }: { readonly onGone: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);
  const [text, setText] = useState("");
  const [found, setFound] = useState<SearchResult>({ hits: [], failures: [] });
  const [nodes, setNodes] = useState<readonly SearchEntry[]>([]);
  const [failure, setFailure] = useState<unknown>();
  const read = async (signal: AbortSignal) => {
    const exact = await lookUp(text, signal);
    setFound(exact);
    if (exact.hits.length === 0) setNodes(await nodesNamed(text, signal));
  };
  useEffect(() => {
    const end = new AbortController();
    setFound({ hits: [], failures: [] });
    setNodes([]);
    setFailure(undefined);
    const timer = setTimeout(() => {
      read(end.signal).catch((error: unknown) => end.signal.aborted || setFailure(error));
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      end.abort();
    };
  }, [text]);
  const entries = [...found.hits, ...nodes, ...suggestions(text, SECTIONS)];
  const enter = async (event: SubmitEvent) => {
    event.preventDefault();
    // Enter may come before what an id names.
    const { hits } = found.hits.length > 0 ? found : await lookUp(text, new AbortController().signal);
    const first = hits[0] ?? entries[0];
    if (first === undefined) return;
    onGone();
    go(hrefOfEntry(first));
  };
  return (
    <form onSubmit={(event) => enter(event).catch(setFailure)}>
      <input
        ref={field}
        type="search"
        aria-label="Search everything"
        placeholder="An id or a name: node, event, alarm, destination, page"
        maxLength={256}
        onInput={({ currentTarget }) => setText(currentTarget.value.trim())}
        onKeyDown={goByKey}
      />
      {failure !== undefined && <Failure of={failure} />}
      {found.failures.map((one) => (
        <p key={one} class="note">
          {safeText(one, 200)}
        </p>
      ))}
      <ul>
        {entries.map((one) => (
          <li key={`${one.kind} ${one.path} ${one.title}`}>
            <a href={hrefOfEntry(one)} onClick={onGone} onKeyDown={goByKey}>
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
        {text === "" ? "" : `${found.hits.length + nodes.length} found`}
      </p>
    </form>
  );
}

function hrefOfEntry({ path, params }: SearchEntry): string {
  return hrefOf(path, { ...params, tz: address.value.params["tz"] });
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
