/*
 * A receiver for docs/your-first-webhook.md: prints each request.
 *
 *   node docs/your-first-webhook/receiver.mjs [status]      default: 204
 *
 * RECEIVER_PORT=<port> chooses another port.
 */
import { createServer } from "node:http";

const PORT = Number(process.env.RECEIVER_PORT ?? 3999);
const status = Number(process.argv[2] ?? 204);

createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => {
    body += chunk;
  });
  request.on("end", () => {
    console.log(`${request.method} ${request.url} ${body}`);
    response.writeHead(status).end(status === 204 ? undefined : "there is no such door");
  });
}).listen(PORT, "127.0.0.1", () => console.log(`Listening at http://localhost:${PORT}`));
