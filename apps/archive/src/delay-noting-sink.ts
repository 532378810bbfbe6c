import type { NoteDelays } from "@rainhooks/archive/hours/note-delays";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { toRainhooksError } from "@rainhooks/core/errors";
import { failAll, type Sink } from "@rainhooks/sinks/sink";

/**
 * Makes a sink that notes how late deliveries are before it writes. If they cannot be noted,
 * nothing is written, and all is tried again.
 */
export function delayNotingSink(
  sink: Sink<Delivery>,
  options: { readonly note: NoteDelays; readonly nowMs: () => number },
): Sink<Delivery> {
  return {
    write: async (items, context) => {
      try {
        await options.note(
          items.map(({ value }) => value.sentAtMs),
          options.nowMs(),
        );
      } catch (error) {
        return failAll(
          items.map(({ id }) => id),
          toRainhooksError(error),
        );
      }
      return sink.write(items, context);
    },
  };
}
