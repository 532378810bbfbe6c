/** The sections of the page: their paths, and their names in the header. */
export const SECTIONS = [
  ["", "Fleet"],
  ["alarms", "Alarms"],
  ["events", "Events"],
  ["webhooks", "Webhooks"],
] as const;

/** What an address begins with: a section, or the nodes, which are in the section of the fleet. */
export type PageName = (typeof SECTIONS)[number][0] | "nodes";

/** Paths of the page. What it shows there, it decides itself. */
export const PAGE_PATHS = [...SECTIONS.map(([path]) => `/${path}`), "/nodes/:node"];
