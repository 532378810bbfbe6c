import { expect, it } from "@jest/globals";
import { OUTBOX_UNITS } from "../../capacity/bill/assumptions.ts";
import { outboxUnits } from "./outbox-units.ts";

const SETTINGS = {
  "batches of 10": { batchEvents: 10 },
  "batches of 100": { batchEvents: 100 },
  "in order": { inOrder: true },
} as const satisfies Record<keyof typeof OUTBOX_UNITS, object>;

/** A change of code that makes an event more expensive fails here. */
it.each(Object.keys(OUTBOX_UNITS) as (keyof typeof OUTBOX_UNITS)[])(
  "an event in %s takes no more than npm run cost assumes, and not much less",
  async (kind) => {
    const units = await outboxUnits({ settings: SETTINGS[kind], perInvocation: 100, invocations: 20 });
    for (const name of ["writes", "reads", "messages", "requests"] as const) {
      const assumed = OUTBOX_UNITS[kind][name];
      expect([name, units[name] <= assumed * 1.05, units[name] >= assumed * 0.8]).toEqual([name, true, true]);
    }
  },
);
