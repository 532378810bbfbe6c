import { createServer } from "node:http";
import { expect, it } from "@jest/globals";
import { listenOnLoopback } from "@rainhooks/testing/listen";
import { startCallRecorder } from "./call-recorder.ts";

it("the call recorder passes on that a service has closed a connection, and continues", async () => {
  const service = createServer((request) => request.socket.destroy());
  const recorder = await startCallRecorder(await listenOnLoopback(service));
  const headers = { authorization: "Credential=a/20261124/us-east-1/s3/aws4_request" };
  for (let attempt = 1; attempt <= 2; attempt += 1)
    await expect(fetch(`${recorder.endpoint}/bucket/key`, { headers })).rejects.toThrow();
  expect(recorder.calls).toHaveLength(2);
  await recorder.stop();
  service.close();
});
