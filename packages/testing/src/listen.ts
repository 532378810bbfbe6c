import { type AddressInfo, createServer, type Server } from "node:net";

/** Makes a server listen on a free port of this machine; returns its URL. */
export function listenOnLoopback(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}

/** Returns a port of this machine on which nothing listens, for a process that must be told its port. */
export async function freePort(): Promise<string> {
  const server = createServer();
  const { port } = new URL(await listenOnLoopback(server));
  await new Promise((done) => server.close(done));
  return port;
}
