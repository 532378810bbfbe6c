export type { DetailPath, SectionPath } from "../pages.ts";
export { startBrowser } from "./browser.ts";
export { consoleRoutes } from "./routes.ts";
