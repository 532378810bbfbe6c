import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { REQUEST } from "../request.ts";

const HELP = `
Examples:
  rainhooks doctor                                 all but what tells people
  rainhooks doctor --destination crm               sends a test to this destination, too
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
    result: async (diagnosis) => (await import("../views/diagnosis-text.ts")).diagnosisText(diagnosis),
    failed: ({ wrong }) => wrong > 0,
  },
  recorded: { result: ({ wrong }) => ({ wrong }) },
});

/** Says what of a stage works, and what does not. */
export const OPERATIONS = [doctor] as const;
