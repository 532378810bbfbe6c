import { belongTogether } from "@rainhooks/stage/version";
import { type Check, ok, wrong } from "../check.ts";

/** The command and the stage are of versions that belong together. */
export const version: Check = {
  name: "version",
  page: "upgrading.md",
  needs: {},
  notLocal: "the local stage is part of the command",
  run: async ({ stage }) => {
    // The stack has the checks for what they may call, and no version of a command.
    const { VERSION } = await import("@rainhooks/stage/version");
    const { version: deployed = VERSION } = stage.outputs;
    const text = `the stage was deployed by version ${deployed}, and this is ${VERSION}`;
    return belongTogether(deployed, VERSION)
      ? [ok(text)]
      : [wrong(text, "Install the command of that version, or deploy the stage again with this one.")];
  },
};
