export { formatCsv } from "./csv.ts";
export { formatPoints } from "./points.ts";
export { printable } from "./printable.ts";
export { sparkline } from "./sparkline.ts";
export { type Cell, formatTable, type Paint } from "./table.ts";
export { formatTime } from "./time.ts";
