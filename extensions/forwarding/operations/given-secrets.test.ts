import { describe, expect, it, test } from "@jest/globals";
import type { DestinationSecrets } from "../secrets/secrets.ts";
import { givesSecrets, mergeSecrets } from "./given-secrets.ts";
import type { RequestSecrets } from "./secret-params.ts";

const SIGNING = [{ secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" }];
const NEW = { signingSecrets: SIGNING, headers: {} };
const BEFORE: DestinationSecrets = {
  ...{ url: "https://a.example/before", signingSecrets: SIGNING, headers: { "x-a": "1", "x-b": "2" } },
  oauth2: { tokenUrl: "https://login.example", clientId: "c", clientSecret: "hidden", scope: "all" },
};
const after = (given: RequestSecrets, before: Parameters<typeof mergeSecrets>[0] = NEW) =>
  mergeSecrets(before, given);

describe("secrets that are given", () => {
  it("secrets of a new destination are those that are given", () => {
    const given = { url: "https://a.example", header: ["X-A: one: two"], basic: "ann", password: "p" };
    expect(after(given)).toEqual({
      ...{ signingSecrets: SIGNING, url: "https://a.example", headers: { "x-a": "one: two" } },
      basic: { user: "ann", password: "p" },
    });
  });

  it("secrets without any given one are unchanged", () => {
    for (const none of [{}, { header: [], removeHeader: [], auth: true }]) {
      expect(givesSecrets(none)).toBe(false);
      expect(after(none, BEFORE)).toEqual(BEFORE);
    }
  });

  it("given secrets change what they name, and nothing else", () => {
    expect(after({ header: ["x-b: 3", "X-C: 4"], removeHeader: ["X-A"] }, BEFORE)).toEqual({
      ...BEFORE,
      headers: { "x-b": "3", "x-c": "4" },
    });
    expect(after({ url: "https://b.example" }, BEFORE)).toEqual({ ...BEFORE, url: "https://b.example" });
    expect(after({ scope: "some", clientAuth: "body" }, BEFORE).oauth2).toEqual({
      ...BEFORE.oauth2,
      ...{ scope: "some", clientAuth: "body" },
    });
    const { oauth2, ...without } = BEFORE;
    expect(after({ auth: false }, BEFORE)).toEqual(without);
    const ann = { basic: "ann", password: "new" };
    const basic = { user: "ann", password: "new" };
    expect(after({ ...ann, auth: false }, BEFORE)).toEqual({ ...without, basic });
    const before = { ...without, basic: { user: "ann", password: "old" } };
    expect(after({ password: "new" }, before).basic).toEqual(basic);
    const moved = { oauth2: "https://other.example", clientSecret: "new" };
    expect(after(moved, BEFORE).oauth2).toMatchObject({
      ...{ tokenUrl: "https://other.example", clientSecret: "new", clientId: "c" },
    });
    expect(oauth2?.clientSecret).toBe("hidden");
  });

  test.each<[RequestSecrets, string]>([
    [{ url: "u", header: ["hidden"] }, "header is a name and a value"],
    [{ url: "u", header: [": hidden"] }, "header is a name and a value"],
    [{ url: "u", header: ["a: 1", "A: 2"] }, "header has a twice."],
    [{ url: "u", password: "hidden" }, "basic is missing."],
    [{ url: "u", basic: "ann" }, "password is missing."],
    [{ url: "u", scope: "s" }, "oauth2 is missing."],
    [{ url: "u", oauth2: "t", clientSecret: "hidden" }, "clientId is missing."],
    [{ url: "u", oauth2: "t", clientId: "c" }, "clientSecret is missing."],
    [{ url: "u", removeHeader: ["x"] }, "removeHeader has x, and there is no such header."],
    [{}, "url is missing"],
  ])("%j are refused, without secrets", (given, reason) => {
    const refused = { code: "input-invalid", message: expect.stringContaining(reason) };
    expect(() => after(given)).toThrow(expect.objectContaining(refused));
    expect(() => after(given)).toThrow(/^(?!.*hidden)/);
  });
});
