/*
 * The embedded services in a process of their own, so that their work is not measured as that of a handler. The argument is the
 * folder for their data.
 */
import { startEmulators } from "@rainhooks/local-aws";
import { serveParent } from "./parent.ts";

const [dataDir = ""] = process.argv.slice(2);
const { endpoint } = await startEmulators({ dataDir, port: 0, nowMs: Date.now, onError: console.error });
serveParent({ endpoint }, async () => ({}));
