import { describe, expect, it, test } from "@jest/globals";
import { readReceiver } from "./receiver.ts";

describe("readReceiver", () => {
  it("readReceiver shows scheme and host, and nothing else of the URL", () => {
    const { url, name, protocol } = readReceiver(
      "https://hooks.example.com:8443/services/secret?key=value",
    );
    expect(name).toBe("https://hooks.example.com:8443");
    expect(protocol).toBe("https:");
    expect(url.pathname).toBe("/services/secret");
  });

  it("readReceiver allows http and a private address if private addresses are allowed", () => {
    expect(readReceiver("http://10.0.0.1/", true).protocol).toBe("http:");
    expect(readReceiver("http://[fd00::1]/", ["fd00::/8"]).name).toBe("http://[fd00::1]");
    expect(readReceiver("http://intranet/", ["10.0.0.0/8"]).isAllowed("10.0.0.1")).toBe(true);
  });
});

test.each([
  [
    "no URL",
    "hooks/secret",
    false,
    "The URL of the receiver cannot be read. Write it as https://host/path.",
  ],
  [
    "another scheme",
    "ftp://a/secret",
    true,
    "The URL of the receiver begins with ftp:, not with https:.",
  ],
  [
    "a user",
    "https://secret@a.example/",
    false,
    "The URL of https://a.example contains a user or a password. Send them in headers.authorization.",
  ],
  [
    "a password",
    "https://:secret@a.example/",
    false,
    "The URL of https://a.example contains a user or a password. Send them in headers.authorization.",
  ],
  [
    "no encryption",
    "http://a.example/secret",
    false,
    "http://a.example is not encrypted. Use https:, or set allowPrivate if it is in a private network.",
  ],
  [
    "a private address",
    "https://[::ffff:10.0.0.1]/secret",
    false,
    "The address of https://[::ffff:a00:1] is private or reserved. If it may be called, set allowPrivate.",
  ],
  [
    "a private address outside of the allowed subnets",
    "http://10.1.0.1/secret",
    ["10.2.0.0/16"],
    "The address of http://10.1.0.1 is private or reserved. If it may be called, set allowPrivate.",
  ],
])("a URL with %s is refused, without its secrets", (_, url, allowPrivate, message) => {
  const refused = expect.objectContaining({ code: "config-invalid", message });
  expect(() => readReceiver(url, allowPrivate)).toThrow(refused);
  // A cause would be logged, and Node.js puts the URL into its own error.
  expect(() => readReceiver(url, allowPrivate)).not.toThrow(
    expect.objectContaining({ cause: expect.anything() }),
  );
});
