import { durationUpTo, flag } from "@rainhooks/stage/query/params/kinds";

/** What the doctor can be asked for. */
export const REQUEST = {
  ring: flag({
    description: "Ring an alarm of the stage: who is subscribed to its topic is told.",
  }),
  lookOnly: flag({ description: "Send no event, and write nothing but the record of this look." }),
  wait: durationUpTo("15m", {
    description: "How long to wait for the event in the archive and the stores.",
    fallback: "7m",
  }),
};
