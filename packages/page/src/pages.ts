/** The sections of the page: their paths, and their names in the header. */
export const SECTIONS = [
  ["", "Fleet"],
  ["alarms", "Alarms"],
  ["events", "Events"],
  ["webhooks", "Webhooks"],
] as const;

/** Pages about one thing, whose id follows in the address: what they begin with, and their section. */
export const DETAILS = {
  nodes: "",
  alarms: "alarms",
  events: "events",
  destinations: "webhooks",
} as const;

/** The path of a section. */
export type SectionPath = (typeof SECTIONS)[number][0];
/** What the address of a page about one thing begins with. */
export type DetailPath = keyof typeof DETAILS;

/** Paths of the page. What it shows there, it decides itself. */
export const PAGE_PATHS = [
  ...SECTIONS.map(([path]) => `/${path}`),
  ...Object.keys(DETAILS).map((path) => `/${path}/:id`),
];
