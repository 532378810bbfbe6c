import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startReceiver, type TestReceiver } from "@rainhooks/testing/receiver";
import { alertTo } from "../testing/samples.ts";
import { createSender } from "./sender.ts";

/** Addresses inside a network, in many spellings, and names that resolve to them. */
const REFUSED = [
  "127.0.0.1",
  "127.1",
  "2130706433",
  "0x7f000001",
  "0177.0.0.1",
  "0",
  "10.0.0.1",
  "172.16.0.1",
  "192.168.1.1",
  "100.64.0.1",
  "169.254.169.254",
  "0xa9fea9fe",
  "224.0.0.1",
  "255.255.255.255",
  "[::1]",
  "[::]",
  "[::ffff:127.0.0.1]",
  "[::ffff:a9fe:a9fe]",
  "[64:ff9b::a00:1]",
  "[fe80::1]",
  "[fd00:ec2::254]",
  "[ff02::1]",
  "[2002:7f00:1::]",
  "inside.example.com",
  "metadata.example.com",
  "localhost",
];

const ADDRESSES: ReadonlyMap<string, string> = new Map([
  ["inside.example.com", "127.0.0.1"],
  ["metadata.example.com", "169.254.169.254"],
  ["localhost", "127.0.0.1"],
]);

describe("an address inside the network is not called", () => {
  let inside: TestReceiver;
  beforeAll(async () => {
    inside = await startReceiver();
  });
  afterAll(() => inside.stop());

  const portOf = () => new URL(inside.url).port;
  const sender = createSender({
    lookup: (name, _, callback) =>
      callback(null, [{ address: ADDRESSES.get(name) ?? "8.8.8.8", family: 4 }]),
  });

  test.each(REFUSED)("a destination inside the network is not called: %s", async (host) => {
    const sent = await sender.sendOnce(alertTo(`https://${host}:${portOf()}/hidden`));
    expect(sent.outcome).toMatchObject({
      kind: "failed",
      reason: expect.stringContaining("private or reserved"),
    });
    expect([inside.connections(), JSON.stringify(sent).includes("hidden")]).toEqual([0, false]);
  });

  test.each(REFUSED)("a token URL inside the network is not called: %s", async (host) => {
    const oauth2 = {
      tokenUrl: `https://${host}:${portOf()}/hidden`,
      clientId: "a",
      clientSecret: "b",
    };
    const sent = await sender.sendOnce(
      alertTo("https://8.8.8.8/", { settings: { auth: "oauth2" }, secrets: { oauth2 } }),
    );
    expect(sent.outcome).toMatchObject({
      kind: "failed",
      reason: expect.stringContaining("private or reserved"),
    });
    expect([inside.connections(), JSON.stringify(sent).includes("hidden")]).toEqual([0, false]);
  });

  test.each(["destination", "token"])(
    "an address inside the network is not called without encryption: %s",
    async (kind) => {
      const url = "http://hooks.example.com/hidden";
      const oauth2 = { tokenUrl: url, clientId: "a", clientSecret: "b" };
      const { outcome } = await sender.sendOnce(
        kind === "token"
          ? alertTo("https://8.8.8.8/", { settings: { auth: "oauth2" }, secrets: { oauth2 } })
          : alertTo(url),
      );
      expect(outcome).toMatchObject({
        kind: "failed",
        reason: expect.stringContaining("http://hooks.example.com is not encrypted."),
      });
    },
  );
});
