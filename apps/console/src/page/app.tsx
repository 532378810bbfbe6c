import { DETAILS, SECTIONS } from "@rainhooks/app-list/page-paths";
import { address, hrefOf } from "@rainhooks/page/address";
import { connection } from "@rainhooks/page/api";
import { JobsMenu } from "@rainhooks/page/jobs.jsx";
import { useLive } from "@rainhooks/page/live";
import { Empty, Pending } from "@rainhooks/page/message.jsx";
import { readStage, stage } from "@rainhooks/page/stage";
import { Toasts } from "@rainhooks/page/toasts.jsx";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Boundary } from "./boundary.tsx";
import { FleetPage } from "./fleet/fleet-page.tsx";
import { Menu } from "./menu.tsx";
import { Search } from "./search/search.tsx";
import { useLater } from "./use-later.ts";

const STAGE_EVERY_MS = 5000;

/** The page: its header, and the content for the address. */
export function App() {
  const main = useRef<HTMLElement>(null);
  useLive(readStage, () => STAGE_EVERY_MS, []);
  useKeptFocus(main);
  const { path } = address.value;
  const [, section = "", id = "", ...more] = path.split("/");
  const isSection = SECTIONS.some(([path]) => path === section);
  const isKnown = more.length === 0 && (id === "" ? isSection : DETAILS.has(section));
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <Header section={section} />
      <main ref={main} tabIndex={-1}>
        <Banner />
        <Boundary key={path}>
          {!isKnown ? (
            <Missing />
          ) : section === "" ? (
            <FleetPage />
          ) : (
            <Later section={section} isDetail={id !== ""} />
          )}
        </Boundary>
      </main>
      <Toasts />
    </>
  );
}

/** A link or button with the focus may be taken away: what is read aloud then goes on with the page. */
function useKeptFocus(main: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    let last: EventTarget | null = null;
    const keep = ({ target }: FocusEvent) => {
      last = target;
    };
    document.addEventListener("focusin", keep);
    const observer = new MutationObserver(() => {
      if (document.activeElement !== document.body || !(last instanceof Element) || last.isConnected) return;
      last = null;
      main.current?.focus({ preventScroll: true });
    });
    observer.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener("focusin", keep);
      observer.disconnect();
    };
  }, [main]);
}

function Missing() {
  return (
    <Empty>
      There is no such page. <a href="/">Go to the fleet.</a>
    </Empty>
  );
}

/** Shows a page as soon as its code is there. */
function Later({ section, isDetail }: { readonly section: string; readonly isDetail: boolean }) {
  const { found, failure } = useLater();
  if (found === undefined) return <Pending of={{ failure }} lines={6} />;
  const Page = (isDetail ? found.DETAIL_PAGES : found.SECTION_PAGES).get(section);
  return Page === undefined ? <Missing /> : <Page />;
}

const TITLES = {
  "not-let-in": "Not let in",
  "console-gone": "The console cannot be reached",
  "stage-gone": "The stage cannot be reached",
} as const;

/** Reports that the stage or the console has stopped. The data below are those of before. */
function Banner() {
  const current = connection.value;
  if (current.kind === "ok") return <output hidden />;
  return (
    <output class="banner">
      <strong>{TITLES[current.kind]}.</strong> {current.message}
      {current.kind !== "not-let-in" && " This page goes on by itself when it is there again."}
    </output>
  );
}

/** The name of the stage, the sections of the page, and the time zone. */
function Header({ section }: { readonly section: string }) {
  const known = stage.value;
  const { tz } = address.value.params;
  const current = DETAILS.get(section) ?? section;
  return (
    <header>
      <a class="brand" href={hrefOf("/", { tz })}>
        Rainhooks
      </a>
      <nav aria-label="Sections">
        {SECTIONS.map(([path, title]) => (
          <a
            key={path}
            href={hrefOf(`/${path}`, { tz })}
            {...(path === current ? { "aria-current": "page" as const } : {})}
          >
            {title}
          </a>
        ))}
      </nav>
      <span class="stage" title={known?.region}>
        {known === undefined ? "…" : known.isLocal ? "local stage" : `stage ${known.stage}`}
      </span>
      <Search />
      <JobsMenu />
      <Menu />
    </header>
  );
}
