import { startConsole } from "@rainhooks/app-console/serve";
import { printNote } from "../output.ts";
import { reachStage, type StageSelection, stageNameOf } from "../reach/reach-stage.ts";
import { openInBrowser } from "./open-in-browser.ts";

/** Options of `console`. */
export interface ConsoleCommandOptions extends StageSelection {
  readonly port?: number | undefined;
  readonly open: boolean;
}

/** Serves the console of a stage until Ctrl-C. */
export async function consoleCommand(options: ConsoleCommandOptions): Promise<void> {
  const { port, open } = options;
  // What is wrong with the name or the credentials is reported here.
  const { local } = await reachStage(options);
  const running = await startConsole({
    // The stage of this folder, also after it was started again.
    reach: () => reachStage({ ...options, ...(local === undefined ? {} : { data: local.dataDir }) }),
    port,
    onEntered: (next) => printNote(`A browser was let in. For another one: ${next}`),
  });
  console.log(`Console of stage ${stageNameOf(options)}: ${running.address()}`);
  console.log("The address lets in one browser. Ctrl-C ends it.");
  if (open) openInBrowser(running.address());
  await new Promise((done) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, done);
  });
  await running.stop();
}
