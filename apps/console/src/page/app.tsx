import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { PageName } from "../pages.ts";
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

const LATER: Readonly<Record<Exclude<PageName, "">, Load>> = {
  nodes: async () => (await import("./later.ts")).NodePage,
  alarms: async () => (await import("./later.ts")).AlarmsPage,
  events: async () => (await import("./later.ts")).EventsPage,
  webhooks: async () => (await import("./later.ts")).WebhooksPage,
};

/** The page: its header, and what the address asks for. */
export function App() {
  useLive(readStage, () => STAGE_EVERY_MS, []);
  const { path } = place.value;
  const [, section = ""] = path.split("/");
  const load = new Map<string, Load>(Object.entries(LATER)).get(section);
  return (
    <>
      <Header section={section} />
      <main>
        <Banner />
        {section === "" ? (
          <FleetPage />
        ) : load === undefined ? (
          <Missing />
        ) : (
          <Later key={section} load={load} />
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
