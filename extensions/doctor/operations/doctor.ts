import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { durationUpTo, flag, optionalText } from "@rainhooks/stage/query/params/kinds";

const MAX_NAME = 30;

const HELP = `
Examples:
  rainhooks doctor                                 all but what tells people
  rainhooks doctor --destination crm               sends a test to this destination, too
  rainhooks doctor --ring                          rings an alarm, so that somebody is told
  rainhooks doctor --json > report.json            to attach to an issue: no secrets, no names of people`;

const doctor = defineOperation({
  name: "doctor",
  summary: "Say what of a stage works and what does not, with its cause and what to do",
  request: {
    destination: optionalText({
      ...{ description: "Send a test to this destination.", placeholder: "id", maxLength: MAX_NAME },
    }),
    ring: flag({ description: "Ring an alarm of the stage: who is subscribed to its topic is told." }),
    lookOnly: flag({ description: "Send no event, and write nothing but the record of this look." }),
    wait: durationUpTo("15m", {
      ...{ description: "How long to wait for the event in the archive and the stores.", fallback: "7m" },
    }),
  },
  permission: "operate",
  changes: "something",
  command: { words: "doctor", help: HELP },
  title: () => "Look at the whole stage",
  run: async (stage, { destination, ring: rings, lookOnly, wait: waitMs }, { functions, signal }) => {
    const { diagnose } = await import("../diagnose.ts");
    const request = { destination, rings, looksOnly: lookOnly, waitMs };
    return diagnose(stage, { functions, request, signal });
  },
  view: {
    result: async (diagnosis) => (await import("../views/diagnosis-text.ts")).diagnosisText(diagnosis),
    failed: ({ wrong }) => wrong > 0,
  },
  recorded: { result: ({ wrong }) => ({ wrong }) },
});

/** Says what of a stage works, and what does not. */
export const OPERATIONS = [doctor] as const;
