import { type AddressInfo, createServer, type Server } from "node:net";

/**
 * Makes a server listen on a port of this machine, by default on any that is free; returns its URL.
 */
export function listenOnLoopback(server: Server, port = 0): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}

/** Ports that no system gives to who asks for any: Linux does from 32768, the others from 49152. */
const OWN_PORTS = { first: 10_000, count: 20_000 };

/**
 * Returns a port of this machine on which nothing listens, for a process that must be told its
 * port.
 */
export async function freePort(): Promise<string> {
  const port = OWN_PORTS.first + Math.floor(Math.random() * OWN_PORTS.count);
  const server = createServer();
  const isFree = await listenOnLoopback(server, port).then(
    () => true,
    () => false,
  );
  if (!isFree) return freePort();
  await new Promise((done) => server.close(done));
  return String(port);
}
