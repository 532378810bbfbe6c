import { describe, expect, it, test } from "@jest/globals";
import { superlinearText } from "@rainhooks/testing/growth";
import fc from "fast-check";
import { maskText } from "./mask.ts";

test.each([
  [
    "a URL's path, query and user",
    "see https://u:p@example.com:8443/a/b?key=1#c now",
    "see https://example.com:8443/*** now",
  ],
  [
    "nothing of a URL without a path",
    "https://example.com https://example.com/",
    "https://example.com https://example.com/",
  ],
  [
    "a URL in escaped JSON",
    '{"url":"https:\\/\\/example.com\\/hooks\\/T0"}',
    '{"url":"https://example.com/***"}',
  ],
  ["all of a URL that cannot be read", "http://a:b:c/ x", "*** x"],
  ["a bearer token", "got Bearer abc.def", "got Bearer ***"],
  ["a header", "Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic ***"],
  ["a cookie", "Set-Cookie: sid=123; Path=/", "Set-Cookie: ***; Path=/"],
  ["a field of JSON", '{"api_key": "abc", "ok": 1}', '{"api_key": "***", "ok": 1}'],
  ["a field of JSON inside a string", '"{\\"token\\":\\"abc\\"}"', '"{\\"token\\":\\"***\\"}"'],
  ["a field of a form", "a=1&access-key=abc&b=2", "a=1&access-key=***&b=2"],
  ["a bearer token after several spaces", "got Bearer   abc", "got Bearer ***"],
  [
    "names in one word",
    "apikey=a1 accesskey: b2 passwd=c3",
    "apikey=*** accesskey: *** passwd=***",
  ],
  ["names that go on", "token_value=a1 session-id=b2", "token_value=*** session-id=***"],
  ["a password", "password=hunter2", "password=***"],
  ["a JSON web token", "jwt eyJhbGciOi.eyJzdWIi.sig-nature rest", "jwt *** rest"],
  ["a signing secret", "expected whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw=", "expected ***"],
  ["an access key of AWS", "AKIAIOSFODNN7EXAMPLE denied", "*** denied"],
  ["a long key", `key ${"0123456789abcdef".repeat(3)}`, "key ***"],
  [
    "a URL in percent-encoding",
    "at https%3A%2F%2Fa.example%2Fhooks%2FT0",
    "at https://a.example/***",
  ],
  [
    "a URL that is encoded twice",
    "u=https%253A%252F%252Fa.example%252FT0",
    "u=https://a.example/***",
  ],
  [
    "a URL in HTML",
    "<a href='https:&#x2F;&#47;a.example&sol;T0'>",
    "<a href='https://a.example/***'>",
  ],
  [
    "a URL in JSON with escapes",
    '{"u":"https:\\u002f\\u002Fa.example\\/T0"}',
    '{"u":"https://a.example/***"}',
  ],
  ["a field in HTML", "token&#61;&quot;abc&quot; sent", 'token="***" sent'],
  ["a URL with a long scheme", `${"x".repeat(40)}://secret/path`, `${"x".repeat(40)}***`],
  ["a long name", `${"my-".repeat(20)}token=abc`, `${"my-".repeat(20)}token=***`],
  ["nothing of what is encoded and no secret", "100%25 of a&amp;b", "100%25 of a&amp;b"],
  [
    "nothing of a plain text",
    "Unknown node 47f807ce-d355-534e-9d3f-5f4c9f4be5a8",
    "Unknown node 47f807ce-d355-534e-9d3f-5f4c9f4be5a8",
  ],
])("maskText masks %s", (_, text, masked) => {
  expect(maskText(text, [])).toBe(masked);
});

describe("maskText", () => {
  it("maskText masks the secrets that it is given, the longest first, and not the short ones", () => {
    expect(maskText("a hunter22 b hunter22-long c 1 d", ["hunter22", "hunter22-long", "1"])).toBe(
      "a *** b *** c 1 d",
    );
  });

  it("maskText returns one line without control characters", () => {
    expect(maskText("\u001b[31ma\r\nb\u0000\u2028c\n", [])).toBe("[31ma b c");
  });

  it("maskText never shows a secret that it was given, at any position", () => {
    const secret = fc
      .string({ minLength: 6, maxLength: 20 })
      .filter((text) => !"***".includes(text.trim()));
    fc.assert(
      fc.property(fc.string(), secret, fc.string(), (before, hidden, after) => {
        const masked = maskText(`${before}${hidden}${after}`, [hidden]);
        expect(before.includes(hidden) || after.includes(hidden) || !masked.includes(hidden)).toBe(
          true,
        );
      }),
    );
  });

  it("maskText takes a time that grows with the length of the text, and not with its square", () => {
    const words = [
      "token",
      "Bearer ",
      "https",
      "api key",
      "eyJ",
      "whsec_",
      "%2",
      "&#x2f;",
      "\\u002f",
      "_",
      "1",
      "@",
      "+",
    ];
    expect(superlinearText((text) => maskText(text, ["hunter22"]), words)).toBeUndefined();
  });

  it.each(["base64", "base64url"] as const)(
    "maskText never shows a secret in %s, also where more follows",
    (encoding) => {
      const secret = "hooks/T0-a>?secret";
      for (const after of ["", ":x", ": more"]) {
        const masked = maskText(
          `user ${Buffer.from(`${secret}${after}`).toString(encoding)} is unknown`,
          [secret],
        );
        expect(masked).toMatch(/^user \*\*\*[\w=+/-]* is unknown$/);
        expect(masked.length).toBeLessThan("user *** is unknown".length + 12);
      }
    },
  );

  const html = (text: string) =>
    [...text]
      .map((one) => (/\w/.test(one) ? one : `&#x${one.codePointAt(0)?.toString(16)};`))
      .join("");
  test.each([
    ["as in a URL", encodeURIComponent],
    ["as in a URL twice", (text: string) => encodeURIComponent(encodeURIComponent(text))],
    ["as in a URL, in lower case", (text: string) => encodeURIComponent(text).toLowerCase()],
    ["in upper case", (text: string) => text.toUpperCase()],
    ["in upper case as in a URL", (text: string) => encodeURIComponent(text.toUpperCase())],
    ["as in HTML", html],
    ["as in JSON", (text: string) => text.replaceAll("/", "\\/").replaceAll("<", "\\u003c")],
  ])("maskText never shows a secret that is encoded %s", (_, encoded) => {
    const secret = "p<ss/w&rd é=";
    const masked = maskText(`wrong key ${encoded(secret)}.`, [secret]);
    expect(masked).toBe("wrong key ***.");
  });
});
