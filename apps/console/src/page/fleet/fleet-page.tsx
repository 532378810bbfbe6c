import { HOUR_MS } from "@rainhooks/core/durations";
import { setParams } from "@rainhooks/page/address";
import { get, stage } from "@rainhooks/page/api";
import { countEveryMs, counts, readCounts, totalOf } from "@rainhooks/page/fleet-facts";
import { useTitle } from "@rainhooks/page/layout.jsx";
import { useGet, useLive } from "@rainhooks/page/live";
import { IdLink } from "@rainhooks/page/text.jsx";
import { currentMs, nowMs, timeText } from "@rainhooks/page/time";
import type { SearchResponse } from "@rainhooks/stage/routes/responses";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Later } from "../load-later.tsx";
import { currentFilter, type Filter, FilterBar, queryOf } from "./filter-bar.tsx";
import { FirmwareBars } from "./firmware-bars.tsx";
import { FleetChart } from "./fleet-chart.tsx";
import { NodeList } from "./node-list.ts";
import { NodeTable } from "./node-table.tsx";

const EVERY_MS = 5000;
/** Nodes of a page. */
const PAGE_SIZE = 100;
/** Of a deployed stage, pages that take more reads than this are read less often. */
const MANY_READS = 400;
const MANY_READS_EVERY_MS = 30_000;

/** The fleet: how many nodes are in which state, and each of them. */
export function FleetPage() {
  const filter = currentFilter();
  // Its pages belong to one time, which stays for an hour: with another one they would be another
  // list.
  const hourMs = filter.longer === undefined ? 0 : Math.floor(nowMs.value / HOUR_MS) * HOUR_MS;
  const key = JSON.stringify([filter, hourMs]);
  const { list, end } = useMemo(() => ({ list: keptList(key), end: new AbortController() }), [key]);
  useEffect(() => () => end.abort(), [end]);
  const everyMs = () =>
    list.lastRead > MANY_READS && stage.value?.isLocal !== true ? MANY_READS_EVERY_MS : EVERY_MS;
  useLive((signal) => list.refresh(signal), everyMs, [list]);
  useTitle("Fleet");
  return (
    <>
      <h1 class="visually-hidden">Fleet</h1>
      <div class="summary">
        <CountCards />
        <FleetChart />
        <FirmwareBars />
      </div>
      <Sections />
      <FilterBar list={list} />
      {filter.match !== undefined && <NodeWithId id={filter.match} />}
      <NodeTable list={list} end={end.signal} filter={filter} />
    </>
  );
}

/** Where the height of the sections is kept, and what it usually is. */
const HEIGHT_KEY = "rainhooks-sections";
const USUAL = "300";
const LOOK_EVERY_MS = 250;

/**
 * What extensions show of the fleet. Until all of it was read, it takes as much space as it did the
 * last time: what is below would move away from a person who is about to click it.
 */
function Sections() {
  const sections = useRef<HTMLDivElement>(null);
  const isLoaded = useRef(false);
  const [height, setHeight] = useState(localStorage.getItem(HEIGHT_KEY) ?? USUAL);
  useEffect(() => {
    const timer = setInterval(() => {
      const { current } = sections;
      if (
        current === null ||
        !isLoaded.current ||
        current.querySelector("[aria-busy=true]") !== null
      )
        return;
      clearInterval(timer);
      localStorage.setItem(HEIGHT_KEY, String(current.offsetHeight));
      setHeight("0");
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <div style={{ minHeight: `${height}px` }} aria-busy={height !== "0"}>
      <div ref={sections} class="sections">
        <Later lines={0}>
          {({ FLEET_SECTIONS }) => {
            isLoaded.current = true;
            return FLEET_SECTIONS.map((Section) => <Section key={Section.name} />);
          }}
        </Later>
      </div>
    </div>
  );
}

/** The list that was shown last: who comes back to it finds it as it was, and then as it is. */
let kept: { readonly key: string; readonly list: NodeList } | undefined;

function keptList(key: string): NodeList {
  if (kept?.key !== key)
    kept = { key, list: listOf((JSON.parse(key) as [Filter, number])[0], currentMs()) };
  return kept.list;
}

function listOf(filter: Filter, madeMs: number): NodeList {
  return new NodeList((page, signal) =>
    get("/v1/nodes", { ...queryOf(filter, madeMs), limit: PAGE_SIZE, page }, signal),
  );
}

/** The node that has a text as its id: in the list it comes when all before it were read. */
function NodeWithId({ id }: { readonly id: string }) {
  const { result } = useGet<SearchResponse>("/console/search", { id, kind: "node" });
  return (
    <>
      {result?.hits.map(({ title }) => (
        <p key={title} class="note">
          <IdLink page="nodes" id={id} text={title} /> has this id.
        </p>
      ))}
    </>
  );
}

const CARDS = [
  ["", "nodes"],
  ["online", "online"],
  ["offline", "offline"],
  ["unknown", "not seen connecting"],
] as const;

/** How many nodes are in each state; a click shows only those. */
function CountCards() {
  useLive(readCounts, countEveryMs, []);
  const known = counts.value;
  const { state: chosen = "", longer } = currentFilter();
  const shown = longer === undefined ? chosen : "offline";
  return (
    <section class="counts" aria-label="Nodes by state">
      {CARDS.map(([state, title]) => (
        <button
          key={state}
          type="button"
          class={`card count ${state}`}
          aria-pressed={shown === state}
          onClick={() => setParams({ state, ...(state === "offline" ? {} : { longer: "" }) })}
        >
          <strong>
            {known === undefined
              ? "…"
              : (state === "" ? totalOf(known) : known[state]).toLocaleString("en")}
          </strong>
          <span>{title}</span>
        </button>
      ))}
      {known?.sampledAtMs !== undefined && (
        <p class="note">
          Sampled by the stage at {timeText(known.sampledAtMs)}: more than 100,000 nodes are not
          counted again and again.
        </p>
      )}
    </section>
  );
}
