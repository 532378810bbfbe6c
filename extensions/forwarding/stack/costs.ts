import type { PartCosts } from "@rainhooks/stack/part-costs";
import { forwardBill } from "../costs.ts";
import { copiesTable, destinationsTable, outboxTable } from "../forwarding-tables.ts";
import { attempts, retries } from "../functions/attempts/workers.ts";
import { forward } from "../functions/forward/webhook.ts";
import { DEFAULT_SCHEDULE } from "../schedule/schedule.ts";

const workers = { attempts, retries };
const bill = (waitsS: readonly number[]) => forwardBill(workers, { events: 1e6, waitsS });
const { leaveOut = [] } = forward.inProduction ?? {};
const production = { ...forward, events: forward.events.filter((one) => !leaveOut.includes(one)) };

/** What forwarding costs. */
export const forwardingCosts: PartCosts = {
  cases: {
    about: "no destination",
    functions: {
      "all events": [forward, attempts, retries],
      "without the two frequent events": [production, attempts, retries],
    },
    alarms: {
      "alarms of forwarding": [
        forward,
        attempts,
        retries,
        destinationsTable,
        copiesTable,
        outboxTable,
      ].map(({ name }) => name),
    },
  },
  millionEvents: {
    bills: {
      "delivered at once": bill([]),
      "by the second attempt": bill(DEFAULT_SCHEDULE.slice(0, 1)),
      [`never, after ${DEFAULT_SCHEDULE.length + 1}`]: bill(DEFAULT_SCHEDULE),
    },
    hasTotal: true,
  },
};
