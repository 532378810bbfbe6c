import { once } from "node:events";
import http from "node:http";
import { afterEach, beforeEach, describe, expect, it, test } from "@jest/globals";
import { startReceiver, type TestReceiver } from "@rainhooks/testing/receiver";
import { isPublicAddress } from "./address.ts";
import { type Lookup, receiverAgent } from "./agent.ts";

const REFUSED = expect.objectContaining({
  code: "sink-unavailable",
  message:
    "its address is private or reserved. If it may be called, allow the address with allowPrivate",
});

/** A lookup that returns one list of addresses after another, and the last one from then on. */
function resolving(...results: readonly string[][]) {
  const asked: string[] = [];
  const lookup: Lookup = (hostname, _, callback) => {
    const addresses = results[Math.min(asked.length, results.length - 1)] ?? [];
    asked.push(hostname);
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  };
  return { lookup, asked };
}

describe("receiverAgent", () => {
  let receiver: TestReceiver;
  let port: string;

  beforeEach(async () => {
    receiver = await startReceiver((_, response) => response.writeHead(204).end());
    port = new URL(receiver.url).port;
  });
  afterEach(() => receiver.stop());

  async function statusOf(url: string, agent: http.Agent): Promise<number | undefined> {
    const request = http.get(url, { agent });
    const [response] = await once(request, "response");
    response.resume();
    await once(response, "close");
    return response.statusCode;
  }

  const agentFor = (isAllowed: (address: string) => boolean, lookup?: Lookup) =>
    receiverAgent({ protocol: "http:", isAllowed, maxSockets: 2, lookup });

  // The request is made directly: nothing has checked the URL before.
  test.each([
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f.1",
    "0177.0.0.1",
    "0.0.0.0",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "localhost",
  ])("receiverAgent refuses %s, without a connection", async (host) => {
    const agent = agentFor(isPublicAddress);
    await expect(statusOf(`http://${host}:${port}/`, agent)).rejects.toEqual(REFUSED);
    expect(receiver.connections()).toBe(0);
  });

  it.each(["127.0.0.1", "localhost"])("receiverAgent refuses %s over https too", async (host) => {
    const agent = receiverAgent({ protocol: "https:", isAllowed: isPublicAddress, maxSockets: 1 });
    const { default: https } = await import("node:https");
    const request = https.get(`https://${host}:${port}/`, { agent });
    await expect(once(request, "response")).rejects.toEqual(REFUSED);
    expect(receiver.connections()).toBe(0);
  });

  it("receiverAgent refuses a name that resolves to a private address, also when it resolved to a public one before", async () => {
    const { lookup, asked } = resolving(["127.0.0.1"], ["127.0.0.2"]);
    const agent = agentFor((address) => address === "127.0.0.1", lookup);
    const url = `http://rebind.example:${port}/`;
    expect(await statusOf(url, agent)).toBe(204);
    agent.destroy();
    await expect(statusOf(url, agent)).rejects.toEqual(REFUSED);
    expect(asked).toEqual(["rebind.example", "rebind.example"]);
    expect(receiver.connections()).toBe(1);
  });

  it("receiverAgent connects to the address that it has checked: the name is resolved once for each connection", async () => {
    const { lookup, asked } = resolving(["127.0.0.1"], ["10.0.0.1"]);
    const agent = agentFor((address) => address === "127.0.0.1", lookup);
    expect(await statusOf(`http://rebind.example:${port}/`, agent)).toBe(204);
    expect(asked).toEqual(["rebind.example"]);
  });

  it("receiverAgent connects to the allowed ones of several addresses", async () => {
    const { lookup } = resolving(["10.0.0.1", "::1", "127.0.0.1"]);
    const agent = agentFor((address) => address === "127.0.0.1", lookup);
    expect(await statusOf(`http://both.example:${port}/`, agent)).toBe(204);
  });

  it("receiverAgent refuses a name without addresses, and reports a name that is not found", async () => {
    const none = agentFor(() => true, resolving([]).lookup);
    await expect(statusOf(`http://none.example:${port}/`, none)).rejects.toEqual(REFUSED);
    const notFound = Object.assign(new Error("not found"), { code: "ENOTFOUND" });
    const failing = agentFor(
      () => true,
      (_, __, callback) => callback(notFound, []),
    );
    await expect(statusOf(`http://none.example:${port}/`, failing)).rejects.toBe(notFound);
  });

  it("receiverAgent connects where one address is requested, without the choice between IPv4 and IPv6", async () => {
    const { lookup } = resolving(["10.0.0.1", "127.0.0.1"]);
    const agent = agentFor((address) => address === "127.0.0.1", lookup);
    const request = http.get(`http://one.example:${port}/`, { agent, family: 4 });
    const [response] = await once(request, "response");
    expect(response.resume().statusCode).toBe(204);
  });

  it("receiverAgent uses a connection again, and opens no more than its maximum", async () => {
    const agent = agentFor(() => true);
    const url = `${receiver.url}/`;
    await Promise.all(Array.from({ length: 6 }, () => statusOf(url, agent)));
    await statusOf(url, agent);
    expect(receiver.connections()).toBe(2);
    agent.destroy();
  });
});
