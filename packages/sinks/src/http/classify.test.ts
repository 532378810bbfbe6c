import { describe, expect, it, test } from "@jest/globals";
import fc from "fast-check";
import { classify } from "./classify.ts";

const OPTIONS = {
  receiver: "https://a.example",
  mask: (text: string) => text.replaceAll("secret", "***"),
  nowMs: 0,
};

function response(
  status: number,
  more: { text?: string; retryAfter?: string; location?: string } = {},
) {
  const { text = "", retryAfter, location } = more;
  return { kind: "response", status, text, retryAfter, location } as const;
}

test.each([200, 201, 202, 204, 299])("%d is a success", (status) => {
  expect(classify(response(status), OPTIONS)).toBeUndefined();
});

test.each([408, 429, 500, 501, 502, 503, 504, 599])("%d is retried", (status) => {
  expect(classify(response(status), OPTIONS)).toMatchObject({
    code: "sink-unavailable",
    permanent: false,
    message: `https://a.example responded with status ${status}.`,
    retryAfterS: undefined,
  });
});

test.each([100, 300, 301, 302, 304, 307, 308, 400, 401, 403, 404, 409, 410, 413, 422, 425, 499])(
  "%d is permanent",
  (status) => {
    expect(classify(response(status, { retryAfter: "5" }), OPTIONS)).toMatchObject({
      code: "sink-rejected",
      permanent: true,
      retryAfterS: undefined,
    });
  },
);

test.each([
  ["120", 120],
  ["Thu, 01 Jan 1970 00:01:00 GMT", 60],
  ["999999999", 43_200],
  ["9".repeat(400), 43_200],
  ["Fri, 31 Dec 9999 23:59:59 GMT", 43_200],
  ["-1", undefined],
  ["soon", undefined],
])("Retry-After %p has the item wait %p seconds", (retryAfter, retryAfterS) => {
  expect(classify(response(503, { retryAfter }), OPTIONS)?.retryAfterS).toBe(retryAfterS);
});

describe("the message", () => {
  const messageFor = (...args: Parameters<typeof response>) =>
    classify(response(...args), OPTIONS)?.message;

  it("the message contains the first 1,024 characters of the response, without secrets", () => {
    expect(messageFor(400, { text: "no secret" })).toBe(
      "https://a.example responded with status 400: no ***",
    );
    expect(messageFor(400, { text: `${"x".repeat(1020)}secret` })).toBe(
      `https://a.example responded with status 400: ${"x".repeat(1020)}***`,
    );
    expect(messageFor(400, { text: "x".repeat(4096) })).toHaveLength(
      "https://a.example responded with status 400: ".length + 1024,
    );
  });

  test.each([
    ["https://b.example/secret?key=1", " to https://b.example"],
    ["/path", ""],
    ["not a URL", ""],
    [undefined, ""],
  ])("the message names the host of a redirect to %p", (location, shown) => {
    expect(classify({ ...response(302), location }, OPTIONS)?.message).toBe(
      `https://a.example responded with status 302, a redirect${shown}. Redirects are not followed: use the final URL.`,
    );
  });

  test.each([
    [199, false],
    [300, true],
    [399, true],
    [400, false],
  ])("the message calls status %d a redirect: %p", (status, isRedirect) => {
    expect(messageFor(status)?.includes("a redirect")).toBe(isRedirect);
  });

  it("the message says why there was no response", () => {
    const error = classify({ kind: "failure", reason: "no secret" }, OPTIONS);
    expect(error).toMatchObject({
      code: "sink-unavailable",
      permanent: false,
      message: "https://a.example cannot be reached: no ***.",
    });
  });
});

it("an item is delivered, retried or refused, for any response", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 100, max: 999 }),
      fc.string(),
      fc.option(fc.string()),
      (status, text, header) => {
        const more = { text, ...(header === null ? {} : { retryAfter: header }) };
        const error = classify(response(status, more), OPTIONS);
        expect(error === undefined).toBe(status >= 200 && status < 300);
        expect(error?.permanent ?? false).toBe(
          error !== undefined && status < 500 && status !== 408 && status !== 429,
        );
        expect(error?.retryAfterS ?? 0).toBeLessThanOrEqual(43_200);
      },
    ),
  );
});
