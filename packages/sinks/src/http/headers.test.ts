import { describe, expect, it, test } from "@jest/globals";
import { readHeaders, secretHeaderValues } from "./headers.ts";

describe("readHeaders", () => {
  it("readHeaders adds a content type and a user agent", () => {
    expect(readHeaders({})).toEqual({
      "content-type": "application/json",
      "user-agent": "rainhooks",
    });
  });

  it("readHeaders keeps those that an author has chosen, in any letter case", () => {
    expect(readHeaders({ "Content-Type": "text/plain", "X-Api-Key": "abc" })).toEqual({
      "content-type": "text/plain",
      "user-agent": "rainhooks",
      "x-api-key": "abc",
    });
  });
});

test.each([
  ["Host", "a", "The sink sets the header host itself. Remove it."],
  ["Webhook-Id", "a", "The sink sets the header webhook-id itself. Remove it."],
  ["transfer-encoding", "chunked", "The sink sets the header transfer-encoding itself. Remove it."],
  ["__proto__", "secret", 'The header "__proto__" has a name or a value that HTTP does not allow.'],
  ["a b", "secret", 'The header "a b" has a name or a value that HTTP does not allow.'],
  ["a", "secret\r\nb: c", 'The header "a" has a name or a value that HTTP does not allow.'],
])("the header %p is refused, without its value", (name, value, message) => {
  expect(() => readHeaders({ [name]: value })).toThrow(
    expect.objectContaining({ code: "config-invalid", message }),
  );
});

test.each([
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "te",
  "trailer",
  "upgrade",
  "webhook-signature",
  "webhook-timestamp",
])("the header %s is not the author's to set", (name) => {
  expect(() => readHeaders({ [name]: "a" })).toThrow(
    `The sink sets the header ${name} itself. Remove it.`,
  );
});

test("values of headers are secret, with and without the word before them, but not those that describe the request", () => {
  expect(
    secretHeaderValues({
      "content-type": "application/json",
      "user-agent": "rainhooks",
      authorization: "Bearer abc",
    }),
  ).toEqual(["Bearer abc", "abc"]);
});
