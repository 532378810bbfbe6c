import { BlockList, isIP } from "node:net";
import { RainhooksError } from "@rainhooks/core/errors";

/** Decides whether a connection to an address (not a name) may be made. */
export type AddressCheck = (address: string) => boolean;

/**
 * IPv4 addresses that are not public. Source: IANA IPv4 Special-Purpose Address Registry; multicast
 * and the former class E. 169.254.0.0/16 includes the metadata services of AWS.
 */
const NOT_PUBLIC_V4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
];

/** Prefix of NAT64: an IPv4 address stands in its last 32 bits. */
const NAT64 = "64:ff9b::";
const NAT64_BITS = 96;

/**
 * IPv6 addresses that can be public: global unicast, IPv4 through NAT64, and IPv4 written as IPv6.
 */
const MAYBE_PUBLIC_V6 = ["2000::/3", `${NAT64}/${NAT64_BITS}`, "::ffff:0:0/96"];

/**
 * IPv6 addresses among them that are not public: protocol assignments with Teredo, documentation,
 * 6to4. Source: IANA IPv6 Special-Purpose Address Registry.
 */
const NOT_PUBLIC_V6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

/** The same IPv4 addresses behind NAT64. */
const NOT_PUBLIC_NAT64 = NOT_PUBLIC_V4.map((subnet) => {
  const [address = "", bits] = subnet.split("/");
  return `${NAT64}${address}/${NAT64_BITS + Number(bits)}`;
});

// A BlockList compares an IPv4 address that is written as IPv6 (::ffff:10.0.0.1) with its IPv4
// subnets too.
const notPublic = subnets([...NOT_PUBLIC_V4, ...NOT_PUBLIC_V6, ...NOT_PUBLIC_NAT64]);
const maybePublic = subnets(MAYBE_PUBLIC_V6);

/**
 * Returns true for an address of the public internet. False for private, shared, loopback,
 * link-local, unique-local, multicast, documentation and all other reserved addresses, in every
 * form in which IPv6 can contain them, and for what is no address.
 *
 * @param address An IPv4 or IPv6 address, as a connection uses it.
 */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !notPublic.check(address, "ipv4");
  return family === 6 && maybePublic.check(address, "ipv6") && !notPublic.check(address, "ipv6");
}

/**
 * Creates the check of a sink's addresses.
 *
 * @param allowPrivate `true` allows every address; a list allows public addresses and its own
 * subnets, such as `10.1.0.0/16`.
 * @throws {RainhooksError} `config-invalid` for a text that is not a subnet.
 */
export function addressCheck(allowPrivate: boolean | readonly string[]): AddressCheck {
  if (allowPrivate === true) return () => true;
  if (allowPrivate === false) return isPublicAddress;
  const allowed = subnets(allowPrivate);
  return (address) =>
    isPublicAddress(address) || allowed.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");
}

function subnets(list: readonly string[]): BlockList {
  const result = new BlockList();
  for (const subnet of list) {
    const [address = "", bits = ""] = subnet.split("/");
    try {
      result.addSubnet(address, Number(bits || Number.NaN), isIP(address) === 4 ? "ipv4" : "ipv6");
    } catch (cause) {
      const message = `${JSON.stringify(subnet)} is not a subnet. A subnet is an address and a number of bits, such as 10.1.0.0/16.`;
      throw new RainhooksError("config-invalid", message, { cause });
    }
  }
  return result;
}
