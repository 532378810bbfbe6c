import { describe, expect, it, test } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import fc from "fast-check";
import { formatSecrets, parseSecrets } from "./parse.ts";
import { newSigningSecret, rotateSecret, validSecrets } from "./rotate.ts";
import { type DestinationSecrets, MAX_SECRETS_BYTES } from "./secrets.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const GOOD = { url: "https://a.example/hidden", signingSecrets: [{ secret: SECRET }], headers: {} };
const OAUTH2 = {
  tokenUrl: "https://a.example/hidden",
  clientId: "hidden-id",
  clientSecret: "hidden",
};

function mistakesOf(input: unknown): string[] {
  try {
    parseSecrets(typeof input === "string" ? input : JSON.stringify(input));
    return [];
  } catch (error) {
    expect(error).toMatchObject({ code: "input-invalid" });
    return (error as RainhooksError).message.split("\n");
  }
}

describe("secrets", () => {
  it("secrets are parsed as they were formatted", () => {
    const all: DestinationSecrets = {
      ...GOOD,
      signingSecrets: [
        { secret: newSigningSecret() },
        { secret: SECRET, validUntilMs: 1_700_000_000_000 },
      ],
      headers: { "x-api-key": "abc", authorization: "Bearer abc" },
      oauth2: { ...OAUTH2, scope: "api", audience: "crm", clientAuth: "body" },
    };
    expect(parseSecrets(formatSecrets(all))).toEqual(all);
    const basic = { ...GOOD, basic: { user: "ann", password: "a:b ü" } };
    expect(parseSecrets(formatSecrets(basic))).toEqual(basic);
    expect(parseSecrets(JSON.stringify({ ...GOOD, headers: { "X-Key": "a" } })).headers).toEqual({
      "x-key": "a",
    });
  });

  test.each<[object, string]>([
    [
      { url: "hidden" },
      "url: The URL of the receiver cannot be read. Write it as https://host/path.",
    ],
    [{ url: 7 }, "url: The URL of the receiver cannot be read."],
    [
      { url: "https://ann:hidden@a.example/" },
      "url: The URL of https://a.example contains a user or a password.",
    ],
    [{ signingSecrets: [] }, "secret must be a list of 1 or 2 secrets."],
    [{ signingSecrets: [1, 2, 3] }, "secret must be a list of 1 or 2 secrets."],
    [{ signingSecrets: ["hidden"] }, "secret: A signing secret is whsec_ and 24 to 64 bytes"],
    [
      { signingSecrets: [{ secret: "hidden" }] },
      "secret: A signing secret is whsec_ and 24 to 64 bytes",
    ],
    [{ headers: [] }, "header must be an object."],
    [
      { headers: { "a b": "hidden" } },
      'The header "a b" has a name or a value that HTTP does not allow.',
    ],
    [
      { headers: { a: "hidden\r\nb: c" } },
      'The header "a" has a name or a value that HTTP does not allow.',
    ],
    [{ headers: { a: 1 } }, "header a is not a text."],
    [{ headers: { a: "hidden", A: "hidden" } }, "header contains a header twice."],
    [{ headers: { host: "hidden" } }, "The sink sets the header host itself. Remove it."],
    [
      {
        headers: Object.fromEntries(
          Array.from({ length: 21 }, (_, index) => [`h${index}`, "hidden"]),
        ),
      },
      "header has more than 20 headers.",
    ],
    [{ basic: { user: "a:b", password: "hidden" } }, "basic must be a text without a colon."],
    [
      { basic: { user: "a", password: "" } },
      "password must be a text of 1 to 4096 printable characters.",
    ],
    [{ basic: { user: "a", password: "hid\nden" } }, "password must be a text"],
    [
      { oauth2: { ...OAUTH2, tokenUrl: "hidden" } },
      "oauth2: The URL of the receiver cannot be read.",
    ],
    [{ oauth2: { ...OAUTH2, scope: 7 } }, "scope must be a text"],
    [{ oauth2: { ...OAUTH2, clientAuth: "hidden" } }, "clientAuth must be one of basic, body."],
    [
      { url: "https://a.example/{{hidden" },
      "url: Between {{ and }} of a URL is the path of a value",
    ],
    [
      { url: "https://a.example/{{hidden path}}" },
      "url: Between {{ and }} of a URL is the path of a value",
    ],
    [
      { oauth2: OAUTH2, basic: { user: "a", password: "hidden" } },
      "Choose either basic or oauth2.",
    ],
    [
      { url: `https://a.example/${"x".repeat(MAX_SECRETS_BYTES)}` },
      "The secrets have more than 4096 bytes.",
    ],
  ])("%j are refused", (change, message) => {
    const mistakes = mistakesOf({ ...GOOD, ...change });
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toContain(message);
    expect(mistakes[0]).not.toContain("hidden");
  });

  test.each(["hidden", "", "null", '"hidden"', "[]", "7"])("%j are not an object", (text) => {
    expect(mistakesOf(text)).toEqual([
      "The secrets of a destination are a JSON object. They are not shown here.",
    ]);
  });

  it("secrets that cannot be parsed cannot be formatted", () => {
    expect(() => formatSecrets({ ...GOOD, signingSecrets: [] })).toThrow(
      expect.objectContaining({ code: "input-invalid" }),
    );
  });

  it("secrets at their maximum number, and for a private network, are accepted", () => {
    const headers = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`h${index}`, "x"]),
    );
    expect(mistakesOf({ ...GOOD, url: "http://10.0.0.7/", headers })).toEqual([]);
  });

  it("secrets have one line for each mistake", () => {
    expect(mistakesOf({})).toHaveLength(3);
  });

  it("secrets of any JSON are parsed or refused, and what is parsed can be formatted", () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom("https://a.example", [{ secret: SECRET }], { a: "b" }, OAUTH2, {
        user: "a",
        password: "b",
      }),
    );
    const input = fc.dictionary(
      fc.constantFrom(...Object.keys(GOOD), "basic", "oauth2", "__proto__"),
      value,
    );
    fc.assert(
      fc.property(input, fc.boolean(), (given, complete) => {
        try {
          const secrets = parseSecrets(JSON.stringify(complete ? { ...given, ...GOOD } : given));
          expect(parseSecrets(formatSecrets(secrets))).toEqual(secrets);
        } catch (error) {
          expect(error).toBeInstanceOf(RainhooksError);
        }
      }),
    );
  });
});

describe("a rotation", () => {
  it("a rotation keeps the last secret for a day, and ends an older one", () => {
    const first = { ...GOOD, headers: { a: "b" } };
    const second = rotateSecret(first, 1000);
    const [present] = second.signingSecrets;
    expect(second).toEqual({
      ...first,
      signingSecrets: [
        { secret: expect.stringMatching(/^whsec_.{44}$/) },
        { secret: SECRET, validUntilMs: 86_401_000 },
      ],
    });
    expect(validSecrets(second, 86_400_999)).toEqual([present?.secret, SECRET]);
    expect(validSecrets(second, 86_401_000)).toEqual([present?.secret]);
    const third = rotateSecret(second, 2000, 10);
    expect(third.signingSecrets.slice(1)).toEqual([
      { secret: present?.secret, validUntilMs: 12_000 },
    ]);
    expect(rotateSecret(third, 3000, 0).signingSecrets).toHaveLength(1);
    expect(parseSecrets(formatSecrets(third))).toEqual(third);
  });
});
