export { formatPoints } from "./points.ts";
export { formatTable } from "./table.ts";
export { formatTime } from "./time.ts";
