import { startConsole } from "@rainhooks/app-console/serve/console";
import { stageNameOf } from "@rainhooks/stage/commands/local-stage";
import { printNote } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { openSecretly } from "./open-in-browser.ts";

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
  let forget = async () => {};
  const running = await startConsole({
    // The stage of this folder, also after it was started again.
    reach: () => reachStage({ ...options, ...(local === undefined ? {} : { data: local.dataDir }) }),
    port,
    onEntered: (next) => {
      void forget();
      printNote(`A browser was let in. For another one: ${next}`);
    },
  });
  console.log(`Console of stage ${stageNameOf(options)}: ${running.address()}`);
  console.log("The address lets in one browser. Ctrl-C ends it.");
  if (open) {
    console.log("If a browser opens without the console, open the address in it yourself.");
    forget = await openSecretly(running.address()).catch(() => forget);
  }
  await new Promise((done) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, done);
  });
  await running.stop();
  await forget();
}
