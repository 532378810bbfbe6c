import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { flag } from "@rainhooks/stage/query/params/kinds";
import { destinationField } from "./destination-field.ts";

/** Shows a destination, and its last attempts. Its signing secret is not let out of the terminal. */
export const show = defineOperation({
  name: "destination-show",
  summary: "Show a destination, and when it was last sent to; what is secret is left out",
  request: { id: destinationField, secret: flag({ description: "Show the signing secret, too." }) },
  permission: "terminal",
  changes: "nothing",
  command: { words: "destinations show", args: ["id"] },
  run: async (stage, { id, secret }) => {
    const { showDestination } = await import("../views/show-destination.ts");
    return showDestination(stage, id, secret);
  },
  view: { json: ({ value }) => value, result: ({ text }) => text },
});
