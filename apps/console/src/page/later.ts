/* What is loaded after the first look at the fleet. */

import { PAGES } from "@rainhooks/app-list/pages";
import type { ComponentType } from "preact";
import { AuditsPage } from "./audits/audits-page.tsx";
import { EventPage } from "./events/event-page.tsx";
import { EventsPage } from "./events/events-page.tsx";
import { NodePage } from "./node/node-page.tsx";
import { WebhooksPage } from "./webhooks/webhooks-page.tsx";

export { Menu } from "./menu.tsx";
export { SearchForm } from "./search/search-form.tsx";

/** The sections but for the first, by their paths. */
export const SECTION_PAGES: ReadonlyMap<string, ComponentType> = new Map<string, ComponentType>([
  ["audits", AuditsPage],
  ["events", EventsPage],
  ["webhooks", WebhooksPage],
  ...PAGES.flatMap(({ sections = {} }) => Object.entries(sections)),
]);

/** Pages about one thing, by what their addresses begin with. */
export const DETAIL_PAGES: ReadonlyMap<string, ComponentType> = new Map<string, ComponentType>([
  ["nodes", NodePage],
  ["events", EventPage],
  ...PAGES.flatMap(({ details = {} }) => Object.entries(details)),
]);

/** What extensions show on the page of the fleet. */
export const FLEET_SECTIONS: readonly ComponentType[] = PAGES.flatMap(({ fleet = [] }) => fleet);
