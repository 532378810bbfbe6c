import { countText } from "@rainhooks/core/counted";
import { SECOND_MS } from "@rainhooks/core/durations";
import { printable } from "@rainhooks/stage/terminal/printable";
import type { Diagnosis } from "../diagnose.ts";

const MARKS = { ok: "ok", wrong: "WRONG", "not-checked": "-" } as const;
const MARK_WIDTH = 6;
const NAME_WIDTH = 15;

/** Formats what was found at a stage. */
export function diagnosisText({ checks, wrong, tookMs }: Diagnosis): string {
  const lines = checks.flatMap(({ name, page, findings }) =>
    findings.flatMap(({ outcome, text, toDo }, index) => {
      const first = `${MARKS[outcome].padEnd(MARK_WIDTH)} ${(index === 0 ? name : "").padEnd(NAME_WIDTH)} `;
      const second = toDo === undefined ? [] : [`${" ".repeat(first.length)}${toDo} See docs/${page}`];
      return [`${first}${printable(text)}`, ...second];
    }),
  );
  return [...lines, "", `${countText(wrong, "problem")}, in ${Math.ceil(tookMs / SECOND_MS)} s.`].join("\n");
}
