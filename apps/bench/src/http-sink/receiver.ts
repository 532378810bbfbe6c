import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

/** A receiver in a process of its own, so that its work is not measured. */
export interface ReceiverProcess {
  readonly url: string;
  /** Returns how many events have arrived since the last call, and how many different ones. */
  take(): Promise<{ readonly requests: number; readonly ids: number }>;
  stop(): void;
}

const SERVER = `
import { createServer } from "node:http";
let requests = 0;
let ids = new Set();
const server = createServer((request, response) => {
  if (request.method === "GET") {
    response.end(JSON.stringify({ requests, ids: ids.size }));
    requests = 0;
    ids = new Set();
    return;
  }
  request.resume().on("end", () => {
    requests += 1;
    ids.add(request.headers["webhook-id"]);
    response.writeHead(204).end();
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
`;

/** Starts a receiver that responds to each request with 204. */
export async function startReceiverProcess(): Promise<ReceiverProcess> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", SERVER], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [port] = await once(child.stdout, "data");
  const url = `http://127.0.0.1:${String(port).trim()}/`;
  return {
    url,
    take: async () => {
      const response = await fetch(url);
      if (response.body === null) throw new Error("The receiver sent no body.");
      return JSON.parse(await text(response.body));
    },
    stop: () => {
      child.kill();
    },
  };
}
