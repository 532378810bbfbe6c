import { networkInterfaces } from "node:os";
import { expect, test } from "@jest/globals";
import { RECEIVER_PATHS, startReceivers } from "./first-run.ts";

test("the receivers of a first run take everything or nothing, from this machine alone, on a port of their own", async () => {
  const receivers = await startReceivers(0);
  if (receivers === undefined) throw new Error("No port could be opened.");
  const statusOf = async (host: string, path: string) =>
    (await fetch(`http://${host}:${receivers.port}${path}`, { method: "POST", body: "{}" })).status;
  try {
    expect(await statusOf("127.0.0.1", RECEIVER_PATHS.works)).toBe(200);
    expect(await statusOf("127.0.0.1", RECEIVER_PATHS.fails)).toBe(503);
    const outside = Object.values(networkInterfaces())
      .flatMap((all = []) => all)
      .filter(({ internal, family }) => !internal && family === "IPv4");
    for (const { address } of outside)
      await expect(statusOf(address, RECEIVER_PATHS.works)).rejects.toThrow("fetch failed");
    expect(await startReceivers(receivers.port)).toBeUndefined();
  } finally {
    await receivers.stop();
  }
});
