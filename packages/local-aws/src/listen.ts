import type { AddressInfo, Server } from "node:net";
import { RainhooksError } from "@rainhooks/core";

const HOST = "127.0.0.1";

/**
 * Lets a server listen on a port of this machine, on loopback only; answers its address, such as `127.0.0.1:4566`.
 *
 * @param flag The flag with which another port is chosen.
 * @throws {RainhooksError} `stage-failed` when the port cannot be had.
 */
export function listen(server: Server, port: number, flag: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const message =
        error.code === "EADDRINUSE"
          ? `Port ${port} is in use: choose another with ${flag}, or leave it out for a free one.`
          : `Port ${port} cannot be opened: ${error.message}`;
      reject(new RainhooksError("stage-failed", message, { cause: error }));
    });
    server.listen(port, HOST, () => {
      resolve(`${HOST}:${(server.address() as AddressInfo).port}`);
    });
  });
}
