import type { PagePaths } from "@rainhooks/page/pages";

/** Where the page of a destination is. */
export const DESTINATION_PATHS: PagePaths = { sections: [], details: { destinations: "webhooks" } };
