import { isIP } from "node:net";
import { describe, expect, it, test } from "@jest/globals";
import { PRIVATE_HOSTS } from "@rainhooks/testing/private-hosts";
import fc from "fast-check";
import { addressCheck, isPublicAddress } from "./address.ts";
import { readReceiver } from "./receiver.ts";

const PUBLIC = [
  "1.1.1.1",
  "8.8.8.8",
  "9.255.255.255",
  "11.0.0.0",
  "100.63.255.255",
  "100.128.0.0",
  "126.255.255.255",
  "128.0.0.1",
  "169.253.255.255",
  "169.255.0.0",
  "172.15.255.255",
  "172.32.0.0",
  "192.167.255.255",
  "192.169.0.0",
  "198.17.255.255",
  "198.20.0.0",
  "223.255.255.255",
  "2001:4860:4860::8888",
  "2606:4700::1111",
  "2a05:d018::1",
  "::ffff:8.8.8.8",
  "64:ff9b::808:808",
];

test("the table has at least 40 spellings of addresses that are not public", () => {
  expect(new Set(PRIVATE_HOSTS.map(([, host]) => host)).size).toBeGreaterThanOrEqual(40);
});

test.each(PRIVATE_HOSTS)("a receiver at an address of %s is refused: %s", (_, host) => {
  const address = new URL(`https://${host}/`).hostname.replace(/^\[|\]$/g, "");
  expect(isIP(address)).not.toBe(0);
  expect(isPublicAddress(address)).toBe(false);
  expect(() => readReceiver(`https://${host}/`)).toThrow(
    expect.objectContaining({ code: "config-invalid" }),
  );
});

test.each(PUBLIC)("the address %s is public", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each(["localhost", "", "1.2.3", "fe80::1%eth0", "::1%lo", "8.8.8.8/32"])(
  "%p is not a public address",
  (text) => {
    expect(isPublicAddress(text)).toBe(false);
  },
);

describe("for any IPv4 address", () => {
  const byte = fc.integer({ min: 0, max: 255 });
  const hex = (high: number, low: number) => (high * 256 + low).toString(16);

  it("the forms in IPv6 are public only if the address is", () => {
    fc.assert(
      fc.property(byte, byte, byte, byte, (a, b, c, d) => {
        const address = `${a}.${b}.${c}.${d}`;
        const expected = isPublicAddress(address);
        expect(isPublicAddress(`::ffff:${address}`)).toBe(expected);
        expect(isPublicAddress(`64:ff9b::${address}`)).toBe(expected);
        expect(isPublicAddress(`64:ff9b::${hex(a, b)}:${hex(c, d)}`)).toBe(expected);
        expect(isPublicAddress(`2002:${hex(a, b)}:${hex(c, d)}::1`)).toBe(false);
        expect(isPublicAddress(`::${address}`)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it("every number and notation that a URL accepts means the same address", () => {
    const number = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(number, (value) => {
        const hosts = [`${value}`, `0x${value.toString(16)}`, `0${value.toString(8)}`];
        const addresses = hosts.map((host) => new URL(`https://${host}/`).hostname);
        expect(new Set(addresses).size).toBe(1);
        const isPublic = isPublicAddress(addresses[0] ?? "");
        for (const host of hosts) {
          const refused = () => readReceiver(`https://${host}/`);
          if (isPublic) refused();
          else expect(refused).toThrow();
        }
      }),
    );
  });
});

describe("addressCheck", () => {
  it("addressCheck allows public addresses only", () => {
    const isAllowed = addressCheck(false);
    expect(["8.8.8.8", "10.0.0.1", "::1"].map(isAllowed)).toEqual([true, false, false]);
  });

  it("addressCheck allows everything", () => {
    expect(["8.8.8.8", "10.0.0.1", "::1"].map(addressCheck(true))).toEqual([true, true, true]);
  });

  it("addressCheck allows the subnets of a list, in every form, and public addresses", () => {
    const isAllowed = addressCheck(["10.1.0.0/16", "fd12::/16"]);
    const allowed = ["10.1.2.3", "::ffff:10.1.2.3", "fd12::1", "8.8.8.8"];
    const refused = ["10.2.0.1", "::ffff:10.2.0.1", "fd13::1", "169.254.169.254", "127.0.0.1"];
    expect(allowed.map(isAllowed)).toEqual([true, true, true, true]);
    expect(refused.filter(isAllowed)).toEqual([]);
  });

  test.each(["10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "example.com/8", "", "10.0.0.0/8x"])(
    "addressCheck refuses %p, which is not a subnet",
    (subnet) => {
      const message = `${JSON.stringify(subnet)} is not a subnet. A subnet is an address and a number of bits, such as 10.1.0.0/16.`;
      expect(() => addressCheck([subnet])).toThrow(
        expect.objectContaining({ code: "config-invalid", message }),
      );
    },
  );
});
