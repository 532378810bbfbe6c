/*
 * A receiver that responds to each request with 204, in a process of its own, so that its work is not
 * measured. Its parent asks how many events have arrived since it last asked, and how many different ones.
 */
import { createServer } from "node:http";
import { listenOnLoopback } from "@rainhooks/testing/listen";
import { serveParent } from "./parent.ts";

let ids: unknown[] = [];
const server = createServer((request, response) => {
  request.resume().on("end", () => {
    ids.push(request.headers["webhook-id"]);
    response.writeHead(204).end();
  });
});
serveParent({ url: await listenOnLoopback(server) }, async () => {
  const taken = { requests: ids.length, ids: new Set(ids).size };
  ids = [];
  return taken;
});
