/*
 * The embedded services of a stage in a process of their own: their work is not measured as that of
 * a handler, and they and the event source mappings of a battery use two processors. The argument
 * is the folder for their data. They end with their parent, or when it asks, and keep what they
 * have taken.
 */
import { startEmulators } from "@rainhooks/local/aws/emulators/start-emulators";
import { serveParent } from "./parent.ts";

// Ctrl-C goes to all processes of a terminal: the stage still needs its services to end.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);

const [dataDir = ""] = process.argv.slice(2);
const emulators = await startEmulators({ dataDir, port: 0, onError: console.error });
let stopped: Promise<void> | undefined;
const stop = () => {
  stopped ??= emulators.stop();
  return stopped;
};
serveParent(
  { endpoint: emulators.endpoint },
  async (content) => {
    if (content === "flush") await emulators.flush();
    if (content === "stop") await stop();
    return {};
  },
  stop,
);
