import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { DetailPath, SectionPath } from "../pages.ts";
import { Banner } from "./banner.tsx";
import { FleetPage } from "./fleet/fleet-page.tsx";
import { Header } from "./header.tsx";
import { useLive } from "./shared/live.ts";
import { Empty, Failure, Skeleton } from "./shared/message.tsx";
import { place } from "./shared/place.ts";
import { readStage } from "./shared/stage.ts";

const STAGE_EVERY_MS = 5000;

/** A page that is loaded when it is first shown. */
type Load = () => Promise<ComponentType>;

const SECTION_PAGES: Readonly<Record<Exclude<SectionPath, "">, Load>> = {
  alarms: async () => (await import("./later.ts")).AlarmsPage,
  events: async () => (await import("./later.ts")).EventsPage,
  webhooks: async () => (await import("./later.ts")).WebhooksPage,
};

const DETAIL_PAGES: Readonly<Record<DetailPath, Load>> = {
  nodes: async () => (await import("./later.ts")).NodePage,
  alarms: async () => (await import("./later.ts")).AlarmPage,
  events: async () => (await import("./later.ts")).EventPage,
  destinations: async () => (await import("./later.ts")).DestinationPage,
};

/** The page: its header, and what the address asks for. */
export function App() {
  const main = useRef<HTMLElement>(null);
  useLive(readStage, () => STAGE_EVERY_MS, []);
  const { path } = place.value;
  const [, section = "", id = ""] = path.split("/");
  const pages = new Map<string, Load>(Object.entries(id === "" ? SECTION_PAGES : DETAIL_PAGES));
  const load = pages.get(section);
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
        ) : load === undefined ? (
          <Missing />
        ) : (
          <Later key={`${section}/${id}`} load={load} />
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
function Later({ load }: { readonly load: Load }) {
  const [Page, setPage] = useState<ComponentType | undefined>();
  const [failure, setFailure] = useState<unknown>();
  useEffect(() => {
    load().then((loaded) => setPage(() => loaded), setFailure);
  }, [load]);
  if (failure !== undefined) return <Failure of={failure} />;
  return Page === undefined ? <Skeleton lines={6} /> : <Page />;
}
