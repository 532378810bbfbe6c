import { isIP } from "node:net";
import { describe, expect, it, test } from "@jest/globals";
import fc from "fast-check";
import { addressCheck, isPublicAddress } from "./address.ts";
import { readReceiver } from "./receiver.ts";

/** Hosts of a URL that lead to an address that is not public, however they are written. */
const PRIVATE_HOSTS = [
  ["this network", "0.0.0.0"],
  ["this network, in short", "0"],
  ["this network, not its first address", "0.1.2.3"],
  ["loopback", "127.0.0.1"],
  ["loopback, in short", "127.1"],
  ["loopback, with three parts", "127.0.1"],
  ["loopback, another address", "127.255.255.254"],
  ["loopback, decimal", "2130706433"],
  ["loopback, hexadecimal", "0x7f000001"],
  ["loopback, hexadecimal parts", "0x7f.0x0.0x0.0x1"],
  ["loopback, hexadecimal and short", "0x7f.1"],
  ["loopback, octal", "017700000001"],
  ["loopback, octal parts", "0177.0.0.01"],
  ["loopback, mixed parts", "0177.0x0.1"],
  ["loopback, in capitals", "0X7F.0.0.1"],
  ["loopback, with a dot at the end", "127.0.0.1."],
  ["loopback, percent-encoded", "%31%32%37.0.0.1"],
  ["loopback, full-width digits", "１２７.０.０.１"],
  ["loopback, circled digits", "①②⑦.0.0.1"],
  ["loopback, ideographic full stops", "127。0。0。1"],
  ["private, class A", "10.0.0.1"],
  ["private, class A, the last", "10.255.255.255"],
  ["private, class A, decimal", "167772161"],
  ["private, class B, the first", "172.16.0.0"],
  ["private, class B, the last", "172.31.255.255"],
  ["private, class C", "192.168.1.1"],
  ["private, class C, hexadecimal", "0xc0a80101"],
  ["shared (CGNAT), the first", "100.64.0.0"],
  ["shared (CGNAT), the last", "100.127.255.255"],
  ["metadata of another cloud", "100.100.100.200"],
  ["link-local", "169.254.1.1"],
  ["metadata of EC2", "169.254.169.254"],
  ["metadata of EC2, decimal", "2852039166"],
  ["metadata of EC2, octal parts", "0251.0376.0251.0376"],
  ["credentials of ECS", "169.254.170.2"],
  ["protocol assignments", "192.0.0.192"],
  ["documentation", "192.0.2.1"],
  ["documentation, the second", "198.51.100.1"],
  ["documentation, the third", "203.0.113.1"],
  ["6to4 relays", "192.88.99.1"],
  ["benchmarks", "198.19.0.1"],
  ["multicast", "224.0.0.1"],
  ["multicast, the last", "239.255.255.255"],
  ["reserved", "240.0.0.1"],
  ["broadcast", "255.255.255.255"],
  ["IPv6 unspecified", "[::]"],
  ["IPv6 loopback", "[::1]"],
  ["IPv6 loopback, in full", "[0:0:0:0:0:0:0:1]"],
  ["IPv4-mapped loopback", "[::ffff:127.0.0.1]"],
  ["IPv4-mapped loopback, hexadecimal", "[::ffff:7f00:1]"],
  ["IPv4-mapped loopback, in full", "[0:0:0:0:0:ffff:7f00:1]"],
  ["IPv4-mapped private", "[::ffff:10.1.2.3]"],
  ["IPv4-mapped metadata", "[::ffff:a9fe:a9fe]"],
  ["IPv4-compatible loopback", "[::127.0.0.1]"],
  ["IPv4-translated loopback", "[::ffff:0:127.0.0.1]"],
  ["NAT64 of loopback", "[64:ff9b::127.0.0.1]"],
  ["NAT64 of private", "[64:ff9b::a00:1]"],
  ["NAT64 of metadata", "[64:ff9b::a9fe:a9fe]"],
  ["NAT64, local", "[64:ff9b:1::1]"],
  ["6to4 of loopback", "[2002:7f00:1::]"],
  ["6to4 of private", "[2002:a00:1::1]"],
  ["Teredo", "[2001:0:7f00:1::]"],
  ["link-local IPv6", "[fe80::1]"],
  ["link-local IPv6, the last", "[febf::1]"],
  ["site-local IPv6", "[fec0::1]"],
  ["unique local", "[fc00::1]"],
  ["metadata of EC2 over IPv6", "[fd00:ec2::254]"],
  ["multicast IPv6", "[ff02::1]"],
  ["discard-only", "[100::1]"],
  ["documentation IPv6", "[2001:db8::1]"],
  ["documentation IPv6, the second", "[3fff::1]"],
  ["segment routing", "[5f00::1]"],
] as const;

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
  expect(() => readReceiver(`https://${host}/`)).toThrow(expect.objectContaining({ code: "config-invalid" }));
});

test.each(PUBLIC)("%s is public", (address) => {
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
  it("allows public addresses only", () => {
    const isAllowed = addressCheck(false);
    expect(["8.8.8.8", "10.0.0.1", "::1"].map(isAllowed)).toEqual([true, false, false]);
  });

  it("allows everything", () => {
    expect(["8.8.8.8", "10.0.0.1", "::1"].map(addressCheck(true))).toEqual([true, true, true]);
  });

  it("allows the subnets of a list, in every form, and public addresses", () => {
    const isAllowed = addressCheck(["10.1.0.0/16", "fd12::/16"]);
    const allowed = ["10.1.2.3", "::ffff:10.1.2.3", "fd12::1", "8.8.8.8"];
    const refused = ["10.2.0.1", "::ffff:10.2.0.1", "fd13::1", "169.254.169.254", "127.0.0.1"];
    expect(allowed.map(isAllowed)).toEqual([true, true, true, true]);
    expect(refused.filter(isAllowed)).toEqual([]);
  });

  test.each(["10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "example.com/8", "", "10.0.0.0/8x"])(
    "refuses %p, which is not a subnet",
    (subnet) => {
      const message = `${JSON.stringify(subnet)} is not a subnet. A subnet is an address and a number of bits, such as 10.1.0.0/16.`;
      expect(() => addressCheck([subnet])).toThrow(
        expect.objectContaining({ code: "config-invalid", message }),
      );
    },
  );
});
