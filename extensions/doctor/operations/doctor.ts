import { countText } from "@rainhooks/core/count-text";
import { SECOND_MS } from "@rainhooks/core/durations";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { printable } from "@rainhooks/stage/terminal/printable";
import type { Diagnosis } from "../diagnose.ts";
import { REQUEST } from "../request.ts";

const HELP = `
Examples:
  rainhooks doctor                                 all but what tells people
  rainhooks doctor --ring                          rings an alarm, so that somebody is told
  rainhooks doctor --json > report.json            to attach to an issue: no secrets, no names of people`;

const doctor = defineOperation({
  name: "doctor",
  summary: "Say what of a stage works and what does not, with its cause and what to do",
  request: REQUEST,
  permission: "operate",
  changes: "something",
  command: { words: "doctor", help: HELP },
  title: () => "Look at the whole stage",
  run: async (stage, request, { functions, signal }) =>
    (await import("../diagnose.ts")).diagnose(stage, { functions, request, signal }),
  view: {
    result: diagnosisText,
    failed: ({ wrong }) => wrong > 0,
  },
  recorded: { result: ({ wrong }) => ({ wrong }) },
});

/** Says what of a stage works, and what does not. */
export const OPERATIONS = [doctor] as const;

const MARKS = { ok: "ok", wrong: "WRONG", note: "note", "not-checked": "-" } as const;
const MARK_WIDTH = 6;
const NAME_WIDTH = 15;

/** Formats what was found at a stage. */
function diagnosisText({ checks, wrong, tookMs, untried }: Diagnosis): string {
  const lines = checks.flatMap(({ name, page, findings }) =>
    findings.flatMap(({ outcome, text, toDo }, index) => {
      const first = `${MARKS[outcome].padEnd(MARK_WIDTH)} ${(index === 0 ? name : "").padEnd(NAME_WIDTH)} `;
      const second =
        toDo === undefined ? [] : [`${" ".repeat(first.length)}${toDo} See docs/${page}`];
      return [`${first}${printable(text)}`, ...second];
    }),
  );
  const way =
    untried === undefined ? "" : ` The way from topics to functions was not tried: ${untried}.`;
  const end = `${countText(wrong, "problem")}, in ${Math.ceil(tookMs / SECOND_MS)} s.${way}`;
  return [...lines, "", printable(end)].join("\n");
}
