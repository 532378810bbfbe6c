import type { AddressInfo, Server } from "node:net";
import { RainhooksError } from "@rainhooks/core/errors";

const HOST = "127.0.0.1";

/**
 * Makes a server listen on a port of this machine, on loopback only; returns its address, such as
 * `127.0.0.1:4566`.
 *
 * @param flag The flag that selects another port.
 * @throws {RainhooksError} `stage-failed` when the port cannot be opened.
 */
export function listen(server: Server, port: number, flag: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const message =
        error.code === "EADDRINUSE"
          ? `Port ${port} is already in use. Choose another one with ${flag}, or omit ${flag} to use a free port.`
          : `Port ${port} cannot be opened: ${error.message}`;
      reject(new RainhooksError("stage-failed", message, { cause: error }));
    });
    server.listen(port, HOST, () => {
      resolve(`${HOST}:${(server.address() as AddressInfo).port}`);
    });
  });
}
