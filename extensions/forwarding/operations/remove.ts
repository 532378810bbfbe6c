import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { destinationField } from "./destination-field.ts";

/** Removes a destination and its secrets. */
export const remove = defineOperation({
  name: "destination-rm",
  summary: "Remove a destination and its secrets, after a confirmation",
  request: { id: destinationField },
  permission: "operate",
  changes: "something",
  command: { words: "destinations rm", args: ["id"] },
  plan: async (stage, { id }) => {
    const { forwardingOf } = await import("./forwarding-of.ts");
    const { readAll } = await import("../destinations/store.ts");
    const { hasMissed } = await import("../pauses/pause.ts");
    const { destinations, pauses } = await readAll(forwardingOf(stage).table);
    return { url: destinations.find((one) => one.id === id)?.url, hasMissed: hasMissed(pauses, id) };
  },
  run: async (stage, { id }) => {
    const { forwardingOf } = await import("./forwarding-of.ts");
    const { deleteDestination } = await import("../destinations/manage.ts");
    await deleteDestination(forwardingOf(stage), id);
    return { removed: id };
  },
  view: {
    question: ({ url, hasMissed }, { id }) => {
      if (url === undefined) return undefined;
      const missed = hasMissed ? " It has missed events, which it will not get." : "";
      return `Remove destination ${id} (${url}) and its secrets permanently?${missed}`;
    },
    result: (_, { id }) => `Destination ${id} was removed. Its attempts stay in the log for 30 days.`,
  },
});
