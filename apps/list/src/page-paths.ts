import { ALARM_PATHS } from "@rainhooks/extensions/alarms/page-paths";
import { DESTINATION_PATHS } from "@rainhooks/extensions/forwarding/page-paths";
import { USER_PATHS } from "@rainhooks/extensions/privacy/page-paths";
import type { PagePaths } from "@rainhooks/page/pages";

const ADDED: readonly PagePaths[] = [ALARM_PATHS, DESTINATION_PATHS, USER_PATHS];

/** The sections of the page: their paths, and their names in the header. */
export const SECTIONS = [
  ["", "Fleet"],
  ...ADDED.flatMap(({ sections }) => sections),
  ["events", "Events"],
  ["webhooks", "Webhooks"],
  ["audits", "Audits"],
] as const;

/**
 * Pages about one thing, whose id follows in the address: the beginning of the address, and the
 * section.
 */
export const DETAILS: ReadonlyMap<string, string> = new Map([
  ["nodes", ""],
  ["events", "events"],
  ...ADDED.flatMap(({ details }) => Object.entries(details)),
]);

/**
 * Pages that the search offers for any text: what their addresses begin with, and how they are
 * called.
 */
export const OPENED_BY_ID = ADDED.flatMap(({ openedById = {} }) => Object.entries(openedById));

/** Paths of the page. What it shows there, it decides itself. */
export const PAGE_PATHS = [
  ...SECTIONS.map(([path]) => `/${path}`),
  ...[...DETAILS.keys()].map((path) => `/${path}/:id`),
];
