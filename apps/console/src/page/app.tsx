import { DETAILS, SECTIONS } from "@rainhooks/app-list/page-paths";
import { address, hrefHere } from "@rainhooks/page/address";
import { connection, readStage, stage } from "@rainhooks/page/api";
import { Empty, PageTitle } from "@rainhooks/page/layout.jsx";
import { useLive } from "@rainhooks/page/live";
import { Toasts } from "@rainhooks/page/toasts.jsx";
import { useEffect, useRef } from "preact/hooks";
import { Boundary } from "./boundary.tsx";
import { FleetPage } from "./fleet/fleet-page.tsx";
import { Later } from "./load-later.tsx";
import { useFocusRestore } from "./restore-focus.ts";
import { Search } from "./search/search.tsx";

/** What a page reads shows that a stage has gone; here, that it is back. */
const STAGE_EVERY_MS = 30_000;
const GONE_EVERY_MS = 5000;

/** The page: its header, and the content for the address. */
export function App() {
  const main = useRef<HTMLElement>(null);
  const { kind } = connection.value;
  useLive(readStage, () => (kind === "ok" ? STAGE_EVERY_MS : GONE_EVERY_MS), [kind]);
  useFocusRestore(main);
  const { path } = address.value;
  const [, section = "", id = "", ...more] = path.split("/");
  const isSection = SECTIONS.some(([path]) => path === section);
  const isKnown = more.length === 0 && (id === "" ? isSection : DETAILS.has(section));
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <Boundary>
        <Header section={section} />
      </Boundary>
      <main ref={main} tabIndex={-1}>
        <Banner />
        <Boundary key={path}>
          {!isKnown ? (
            <Missing />
          ) : section === "" ? (
            <FleetPage />
          ) : (
            <Later lines={6}>
              {({ DETAIL_PAGES, SECTION_PAGES }) => {
                const Page = (id === "" ? SECTION_PAGES : DETAIL_PAGES).get(section);
                return Page === undefined ? <Missing /> : <Page />;
              }}
            </Later>
          )}
        </Boundary>
      </main>
      <Toasts />
    </>
  );
}

function Missing() {
  return (
    <>
      <PageTitle title="No such page" />
      <Empty>
        There is no such page. <a href="/">Go to the fleet.</a>
      </Empty>
    </>
  );
}

const TITLES = {
  "not-let-in": "Not let in",
  "console-gone": "The console cannot be reached",
  "stage-gone": "The stage cannot be reached",
} as const;

/** Reports that the stage or the console has stopped. The data below are those of before. */
function Banner() {
  const current = connection.value;
  if (current.kind === "ok") return <VersionBanner />;
  return (
    <output class="banner">
      <strong>{TITLES[current.kind]}.</strong> {current.message}
      {current.kind !== "not-let-in" && " This page goes on by itself when it is there again."}
    </output>
  );
}

/** Reports that the page, or the stage, is of another version than the console. */
function VersionBanner() {
  const { note, script = "" } = stage.value ?? {};
  const loaded =
    document.querySelector<HTMLScriptElement>("script[src]")?.src.split("/").at(-1) ?? script;
  const isOld = loaded !== script && script !== "";
  if (!isOld && note === undefined) return <output hidden />;
  return (
    <output class="banner">
      {isOld ? "The console was updated. Load this page again." : note}
    </output>
  );
}

/** The name of the stage, the sections of the page, and the time zone. */
function Header({ section }: { readonly section: string }) {
  const known = stage.value;
  const nav = useRef<HTMLElement>(null);
  const current = DETAILS.get(section) ?? section;
  // On a narrow page, not all sections have room.
  useEffect(() => {
    nav.current
      ?.querySelector('[aria-current="page"]')
      ?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [current]);
  return (
    <header>
      <a class="brand" href={hrefHere("/")}>
        Rainhooks
      </a>
      <nav ref={nav} aria-label="Sections">
        {SECTIONS.map(([path, title]) => (
          <a key={path} href={hrefHere(`/${path}`)} aria-current={path === current && "page"}>
            {title}
          </a>
        ))}
      </nav>
      <span class="stage" title={known?.region}>
        {known === undefined ? "…" : known.isLocal ? "local stage" : `stage ${known.stage}`}
      </span>
      <Search />
      <Later lines={0}>{({ Menu }) => <Menu />}</Later>
    </header>
  );
}
