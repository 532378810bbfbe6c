import { once } from "node:events";
import { createServer } from "node:net";
import { expect, it } from "@jest/globals";
import { listen, requireFreePort } from "./local-server.ts";

it("a port that another program uses is refused, with the flag that selects another one", async () => {
  const server = createServer();
  const port = Number((await listen(server, 0, "")).split(":")[1]);
  await expect(requireFreePort(port, "--console-port")).rejects.toMatchObject({
    code: "stage-failed",
    message: `Port ${port} is already in use. Choose another one with --console-port, or omit --console-port to use a free port.`,
  });
  server.close();
  await once(server, "close");
  await requireFreePort(port, "--console-port");
  await requireFreePort(port, "--console-port");
});
