import { counted } from "@rainhooks/core/counted";
import { durationText } from "@rainhooks/core/duration-text";
import { SECOND_MS } from "@rainhooks/core/durations";
import { printable } from "@rainhooks/stage/terminal/printable";
import type { CheckReport, Finding } from "../check.ts";
import type { Diagnosis } from "../diagnose.ts";

const MARKS = { ok: "ok", wrong: "WRONG", "not-checked": "-" } as const satisfies Record<
  Finding["outcome"],
  string
>;
const MARK_WIDTH = 6;
const NAME_WIDTH = 15;

/** Formats what was found at a stage. */
export function diagnosisText({ checks, lacking, tookMs }: Diagnosis): string {
  const all = checks.flatMap(({ findings }) => findings);
  const count = (outcome: Finding["outcome"]) => all.filter((one) => one.outcome === outcome).length;
  const took = durationText(Math.max(SECOND_MS, Math.round(tookMs / SECOND_MS) * SECOND_MS));
  const lines = [
    ...checks.flatMap(linesOf),
    "",
    `${count("ok")} in order, ${counted(count("wrong"), "problem")}, ${count("not-checked")} not checked, in ${took}.`,
    ...(lacking.length === 0
      ? []
      : [
          `Not allowed to the caller: some of ${lacking.join(", ")} (npm run operator-policy -- <stage> doctor).`,
        ]),
  ];
  return lines.join("\n");
}

function linesOf({ name, page, findings }: CheckReport): string[] {
  return findings.flatMap(({ outcome, text, toDo }, index) => {
    const first = `${MARKS[outcome].padEnd(MARK_WIDTH)} ${(index === 0 ? name : "").padEnd(NAME_WIDTH)}`;
    const indent = " ".repeat(first.length + 1);
    return [
      `${first} ${printable(text)}`,
      ...(toDo === undefined ? [] : [`${indent}${printable(toDo)} See docs/${page}`]),
    ];
  });
}
