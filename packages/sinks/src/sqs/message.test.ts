import { describe, expect, it, test } from "@jest/globals";
import { escapeForSqs, messageBytes, textAttribute } from "./message.ts";

describe("messageBytes", () => {
  it("messageBytes counts bytes of the body and of names, types and values of attributes", () => {
    expect(messageBytes({ body: "€", attributes: {} })).toBe(3);
    const attributes = {
      né: textAttribute("ü"),
      b: { DataType: "Binary", BinaryValue: Buffer.from("12345") },
      none: { DataType: "String" },
    };
    const text = 3 + 6 + 2;
    const bytes = 1 + 6 + 5;
    const none = 4 + 6;
    expect(messageBytes({ body: "", attributes })).toBe(text + bytes + none);
  });
});

describe("escapeForSqs", () => {
  test.each([
    [
      "characters that SQS accepts",
      "a\t\n\r\u0020\ud7ff\ue000\ufffd\u{1f600}",
      "a\t\n\r\u0020\ud7ff\ue000\ufffd\u{1f600}",
    ],
    ["a control character", "a\u0000b", "a\\u0000b"],
    ["each of several", "\u001f\u001f", "\\u001f\\u001f"],
    ["half a pair", "a\ud83d", "a\\ud83d"],
    ["a character that is none", "\ufffe", "\\ufffe"],
  ])("escapeForSqs keeps or escapes %s", (_, text, escaped) => {
    expect(escapeForSqs(text)).toBe(escaped);
  });
});
