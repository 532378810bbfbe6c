import { describe, expect, it, test } from "@jest/globals";
import { provideCredentials } from "./credentials.ts";

const url = new URL("https://a.example/services/T0123456?key=abc%20defg");
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

describe("provideCredentials", () => {
  it("reads headers and secrets that are given as values", async () => {
    const { headers, keys } = await provideCredentials({ url, headers: { A: "b" }, sign: SECRET })();
    expect(headers).toMatchObject({ a: "b" });
    expect(keys).toHaveLength(1);
  });

  it("calls functions for each batch", async () => {
    const secrets = [[SECRET], [SECRET, SECRET]];
    const keys = ["first", "second"];
    const next = provideCredentials({
      url,
      headers: async () => ({ key: keys.shift() ?? "" }),
      sign: () => secrets.shift() ?? [],
    });
    const batches = [await next(), await next()];
    expect(batches.map(({ headers }) => headers["key"])).toEqual(["first", "second"]);
    expect(batches.map((batch) => batch.keys.length)).toEqual([1, 2]);
  });

  it("masks headers, secrets, and the path and query of the URL", async () => {
    const headers = { authorization: "Bearer hunter22" };
    const { mask } = await provideCredentials({ url, headers, sign: [SECRET] })();
    expect(mask("no hunter22 at /services/T0123456?key=abc%20defg or abc defg")).toBe("no *** at *** or ***");
    expect(mask(`${SECRET.slice(6)} ${SECRET}`)).not.toContain(SECRET);
    expect(mask("application/json")).toBe("application/json");
  });
});

test.each([
  ["headers", { url, headers: { host: "a" }, sign: async () => [] }],
  ["secrets", { url, headers: async () => ({}), sign: "secret" }],
])("invalid %s that are given as values are refused at once", (_, options) => {
  expect(() => provideCredentials(options)).toThrow(expect.objectContaining({ code: "config-invalid" }));
});

test.each([
  ["that throws", () => Promise.reject(new RangeError("no access")), "no access"],
  ["that returns an invalid secret", () => "secret", "A signing secret is whsec_"],
])("a function %s is a temporary failure", async (_, sign, message) => {
  await expect(provideCredentials({ url, headers: {}, sign })()).rejects.toMatchObject({
    code: "sink-unavailable",
    permanent: false,
    message: expect.stringContaining(message),
  });
});
