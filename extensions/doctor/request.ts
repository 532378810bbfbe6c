import { durationUpTo, flag, optionalText } from "@rainhooks/stage/query/params/kinds";

const MAX_NAME = 30;

/** What the doctor can be asked for. */
export const REQUEST = {
  destination: optionalText({
    ...{ description: "Send a test to this destination.", placeholder: "id", maxLength: MAX_NAME },
  }),
  ring: flag({ description: "Ring an alarm of the stage: who is subscribed to its topic is told." }),
  lookOnly: flag({ description: "Send no event, and write nothing but the record of this look." }),
  wait: durationUpTo("15m", {
    ...{ description: "How long to wait for the event in the archive and the stores.", fallback: "7m" },
  }),
};
