import type { Server } from "node:http";
import { listen } from "../../listen.ts";
import { stopInTurn } from "../../stop-in-turn.ts";
import type { RunningTrigger } from "./trigger.ts";

/**
 * Starts a server whose requests invoke a function.
 *
 * @param port 0 selects a free port.
 * @param flag The flag that selects another port.
 * @throws {RainhooksError} `stage-failed` when the port cannot be opened.
 */
export async function startServerTrigger(
  server: Server,
  port: number,
  flag: string,
): Promise<RunningTrigger> {
  return {
    address: `http://${await listen(server, port, flag)}`,
    stop: () =>
      stopInTurn([() => server.closeAllConnections(), () => new Promise((resolve) => server.close(resolve))]),
  };
}
