import type { PagePaths } from "@rainhooks/page/pages";

/** Where the pages of destinations are. */
export const DESTINATION_PATHS: PagePaths = {
  sections: [["destinations", "Destinations"]],
  details: { destinations: "destinations" },
};
