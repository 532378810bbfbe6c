import { describe, expect, it, test } from "@jest/globals";
import {
  destinationOfConnect,
  destinationOfDatagrams,
  destinationOfSend,
  destinationText,
  isOnThisMachine,
} from "./destination.ts";

describe("isOnThisMachine", () => {
  test.each([
    "127.0.0.1",
    "127.9.9.9",
    "::1",
    "[::1]",
    "::1%lo",
    "::ffff:127.0.0.1",
    "localhost",
    "LOCALHOST",
    "bucket.localhost",
    "localhost.",
  ])("isOnThisMachine is true for %s", (host) => {
    expect(isOnThisMachine(host)).toBe(true);
  });

  test.each([
    "192.0.2.1",
    "0.0.0.0",
    "10.0.0.1",
    "::",
    "2001:db8::1",
    "::ffff:192.0.2.1",
    "fe80::1%lo",
    "example.invalid",
    "localhost.example",
    "notlocalhost",
    "127.0.0.1.example",
    "2130706433",
    "",
  ])("isOnThisMachine is false for %s", (host) => {
    expect(isOnThisMachine(host)).toBe(false);
  });
});

describe("destinationOfConnect", () => {
  const outside = { host: "192.0.2.1", port: 443 };
  test.each<[string, unknown[], unknown]>([
    ["port and host", [443, "192.0.2.1"], outside],
    ["a port as text", ["443", "192.0.2.1", () => undefined], outside],
    ["options", [{ port: 443, host: "192.0.2.1" }], outside],
    ["a list, as Node's own functions do", [[{ port: "443", host: "192.0.2.1" }, null]], outside],
    ["a port only", [443], { host: "localhost", port: 443 }],
    ["a port and a callback", [443, () => undefined], { host: "localhost", port: 443 }],
    ["options without host", [{ port: 443 }], { host: "localhost", port: 443 }],
    ["a socket file", ["/run/some.sock"], undefined],
    ["a socket file in options", [{ path: "/run/some.sock", host: "192.0.2.1" }], undefined],
    ["a pipe of this machine", ["\\\\.\\pipe\\some"], undefined],
    ["a pipe of another machine", ["\\\\server\\pipe\\some"], { host: "server", port: undefined }],
  ])("destinationOfConnect parses %s", (_, args, expected) => {
    expect(destinationOfConnect(args)).toEqual(expected);
  });
});

describe("the destination of datagrams", () => {
  const outside = { host: "192.0.2.1", port: 53 };
  const done = () => undefined;
  test.each<[string, unknown[], unknown]>([
    ["a message", ["x", 53, "192.0.2.1", done], outside],
    ["a part of a message", [Buffer.from("x"), 0, 1, 53, "192.0.2.1", done], outside],
    ["a message without a host", ["x", 53, done], undefined],
    ["a part of a message without a host", [Buffer.from("x"), 0, 1, 53, done], undefined],
    ["a message of a connected socket", ["x", done], undefined],
    ["a part of a message of a connected socket", [Buffer.from("x"), 0, 1, done], undefined],
  ])("the destination of datagrams is read from %s", (_, args, expected) => {
    expect(destinationOfSend(args)).toEqual(expected);
  });

  it("the destination of datagrams is read from the arguments of a connect", () => {
    expect(destinationOfDatagrams([53, "192.0.2.1", done])).toEqual(outside);
    expect(destinationOfDatagrams([53, done])).toEqual({ host: "localhost", port: 53 });
  });
});

test("a destination is written as people write it", () => {
  expect(destinationText({ host: "192.0.2.1", port: 443 })).toBe("192.0.2.1:443");
  expect(destinationText({ host: "2001:db8::1", port: 443 })).toBe("[2001:db8::1]:443");
  expect(destinationText({ host: "example.invalid", port: undefined })).toBe("example.invalid");
});
