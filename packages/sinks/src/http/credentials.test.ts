import { describe, expect, it, test } from "@jest/globals";
import { provideCredentials, readCredentials } from "./credentials.ts";

const url = new URL("https://a.example/services/T0123456/token-of-20-letters?key=abc%20defg");
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

describe("provideCredentials", () => {
  it("provideCredentials reads headers and secrets that are given as values", async () => {
    const { headers, keys } = await provideCredentials({ headers: { A: "b" }, sign: SECRET })(url);
    expect(headers).toMatchObject({ a: "b" });
    expect(keys).toHaveLength(1);
  });

  it("provideCredentials calls functions for each batch", async () => {
    const secrets = [[SECRET], [SECRET, SECRET]];
    const keys = ["first", "second"];
    const next = provideCredentials({
      headers: async () => ({ key: keys.shift() ?? "" }),
      sign: () => secrets.shift() ?? [],
    });
    const batches = [await next(url), await next(url)];
    expect(batches.map(({ headers }) => headers["key"])).toEqual(["first", "second"]);
    expect(batches.map((batch) => batch.keys.length)).toEqual([1, 2]);
  });

  it("provideCredentials masks headers, secrets, and the path and query of the URL", async () => {
    const headers = { authorization: "Bearer hunter22" };
    const { mask } = await provideCredentials({ headers, sign: [SECRET] })(url);
    expect(
      mask("no hunter22 at /services/T0123456/token-of-20-letters?key=abc%20defg or abc defg"),
    ).toBe("no *** at *** or ***");
    expect(mask(`${SECRET.slice(6)} or ${SECRET}`)).not.toContain(SECRET.slice(6));
    expect(mask("key=abc%20defg is wrong")).toBe("*** is wrong");
    expect(mask("/services/T0123456/token-of-20-letters is gone")).toBe("*** is gone");
    expect(mask("token-of-20-letters of the services is gone")).toBe("*** of the services is gone");
    expect(mask("application/json")).toBe("application/json");
  });
});

test("further secrets are masked too", () => {
  const { mask, keys } = readCredentials({ url, headers: {}, sign: SECRET, secrets: ["hunter23"] });
  expect(mask("no hunter23 here")).toBe("no *** here");
  expect(keys).toHaveLength(1);
  expect(() => readCredentials({ url, headers: { host: "a" }, sign: [] })).toThrow(
    expect.objectContaining({ code: "config-invalid" }),
  );
});

test.each([
  ["headers", { headers: { host: "a" }, sign: async () => [] }],
  ["secrets", { headers: async () => ({}), sign: "secret" }],
])("invalid %s that are given as values are refused at once", (_, options) => {
  expect(() => provideCredentials(options)).toThrow(
    expect.objectContaining({ code: "config-invalid" }),
  );
});

test.each([
  ["that throws", () => Promise.reject(new RangeError("no access")), "no access"],
  ["that returns an invalid secret", () => "secret", "A signing secret is whsec_"],
])("a function %s is a temporary failure", async (_, sign, message) => {
  await expect(provideCredentials({ headers: {}, sign })(url)).rejects.toMatchObject({
    code: "sink-unavailable",
    permanent: false,
    message: expect.stringContaining(message),
  });
});
