export { asTyped, programAsTyped, startAsTyped } from "./as-typed.ts";
export { boundedLines } from "./bounded-lines.ts";
export { formatCsv } from "./csv.ts";
export { fitCells } from "./fit.ts";
export { type Cell, formatTable, type Paint } from "./format-table.ts";
export { formatLines, type Line } from "./lines.ts";
export { formatPoints } from "./points.ts";
export {
  oneLine,
  printable,
  printableJson,
  printableLine,
  printableLines,
  safeLine,
  shortened,
} from "./printable.ts";
export { shellWord } from "./shell.ts";
export { sparkline } from "./sparkline.ts";
export { formatTime } from "./time.ts";
