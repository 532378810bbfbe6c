import type { AddCommands } from "@rainhooks/stage/project-extension";

/** Adds the groups of commands whose operations are entries. */
export const addCommands: AddCommands = (program) => {
  program
    .command("dlq")
    .description("dead letters (messages that a webhook or worker could not handle)");
  program.command("replay").description("send archived deliveries to one webhook again");
  program
    .command("rebuild")
    .description("make the tables of a store again from the archive, while the stage runs")
    .addHelpText("after", REBUILD_HELP);
};

const REBUILD_HELP = `
Exit codes: 0 done, 1 not switched because something differs (or a service failed), 2 could not be judged, or wrong usage.

Examples:
  rainhooks rebuild plan node-status
  rainhooks rebuild start node-status      until it has switched, the live tables are not touched
  rainhooks rebuild show node-status
  rainhooks rebuild back node-status       the old tables again
  rainhooks rebuild drop node-status       when the new tables are fine: writes go to them alone`;
