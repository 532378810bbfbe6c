import { DETAILS, SECTIONS } from "@rainhooks/app-list/page-paths";
import { address, hrefOf, setParams } from "@rainhooks/page/address";
import { connection } from "@rainhooks/page/api";
import { useLive } from "@rainhooks/page/live";
import { Empty, Failure, Skeleton } from "@rainhooks/page/message.jsx";
import { readStage, stage } from "@rainhooks/page/stage";
import { isZone, OWN_ZONE, zone } from "@rainhooks/page/time";
import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { FleetPage } from "./fleet/fleet-page.tsx";
import { Search } from "./search/search.tsx";

const STAGE_EVERY_MS = 5000;

/** The page: its header, and the content for the address. */
export function App() {
  const main = useRef<HTMLElement>(null);
  useLive(readStage, () => STAGE_EVERY_MS, []);
  const { path } = address.value;
  const [, section = "", id = ""] = path.split("/");
  const isKnown = id === "" ? SECTIONS.some(([path]) => path === section) : DETAILS.has(section);
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <Header section={section} />
      <main ref={main} tabIndex={-1}>
        <Banner />
        {section === "" ? (
          <FleetPage />
        ) : !isKnown ? (
          <Missing />
        ) : (
          <Later key={`${section}/${id}`} section={section} isDetail={id !== ""} />
        )}
      </main>
    </>
  );
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
  const [Page, setPage] = useState<ComponentType | undefined>();
  const [failure, setFailure] = useState<unknown>();
  useEffect(() => {
    const load = async () => {
      const { DETAIL_PAGES, SECTION_PAGES } = await import("./later.ts");
      return (isDetail ? DETAIL_PAGES : SECTION_PAGES).get(section);
    };
    load().then((loaded) => setPage(() => loaded), setFailure);
  }, [section, isDetail]);
  if (failure !== undefined) return <Failure of={failure} />;
  return Page === undefined ? <Skeleton lines={6} /> : <Page />;
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
      {current.kind === "stage-gone" && " This page goes on by itself when it is there again."}
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
      <ZoneChoice />
    </header>
  );
}

/** Chooses the time zone: the browser's, UTC or any other. */
function ZoneChoice() {
  const chosen = zone();
  const choose = (event: Event & { readonly currentTarget: HTMLInputElement }) => {
    const { value } = event.currentTarget;
    if (isZone(value)) setParams({ tz: value === OWN_ZONE ? undefined : value });
    else event.currentTarget.value = chosen;
  };
  return (
    <label class="zone">
      <span>Time zone</span>
      <input
        list="zones"
        value={chosen}
        onChange={choose}
        onFocus={(event) => event.currentTarget.select()}
      />
      <datalist id="zones">
        {[...new Set([OWN_ZONE, "UTC"]), ...Intl.supportedValuesOf("timeZone")].map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </label>
  );
}
