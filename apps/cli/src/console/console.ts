import { startConsole } from "@rainhooks/app-console/serve/console";
import { stageNameOf } from "@rainhooks/stage/commands/local-stage";
import { printNote } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";

/** Serves the console of a stage until Ctrl-C. */
export async function consoleCommand(
  options: StageSelection & { readonly port?: number | undefined },
): Promise<void> {
  // What is wrong with the name or the credentials is reported here.
  const { local } = await reachStage(options);
  const running = await startConsole({
    // The stage of this folder, also after it was started again.
    reach: () =>
      reachStage({ ...options, ...(local === undefined ? {} : { data: local.dataDir }) }),
    port: options.port,
    onEntered: (next) => printNote(`A browser was let in. For another one: ${next}`),
  });
  console.log(`Console of stage ${stageNameOf(options)}: ${running.address()}`);
  console.log("Open the address: it lets in one browser. Ctrl-C ends it.");
  await new Promise((done) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, done);
  });
  await running.stop();
}
