import { describe, expect, it, test } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import { readRequest } from "@rainhooks/stage/operations/read-request";
import { PRIVATE_HOSTS } from "@rainhooks/testing/private-hosts";
import type { DestinationSecrets } from "../secrets/secrets.ts";
import { checkReceivers, destinationInput, mergeSecrets } from "./destination-input.ts";
import {
  CHANGE_PARAMS,
  givesSecrets,
  type RequestSecrets,
  SECRET_PARAMS,
} from "./secret-params.ts";

const SIGNING = [{ secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" }];
const NEW = { signingSecrets: SIGNING, headers: {} };
const BEFORE: DestinationSecrets = {
  url: "https://a.example/before",
  signingSecrets: SIGNING,
  headers: { "x-a": "1", "x-b": "2" },
  oauth2: {
    tokenUrl: "https://login.example",
    clientId: "c",
    clientSecret: "hidden",
    scope: "all",
  },
};
const after = (given: RequestSecrets, before: Parameters<typeof mergeSecrets>[0] = NEW) =>
  mergeSecrets(before, given).secrets;

describe("secrets that are given", () => {
  it("secrets of a new destination are those that are given", () => {
    const given = {
      url: "https://a.example",
      header: ["X-A: one: two"],
      basic: "ann",
      password: "p",
    };
    expect(after(given)).toEqual({
      signingSecrets: SIGNING,
      url: "https://a.example",
      headers: { "x-a": "one: two" },
      basic: { user: "ann", password: "p" },
    });
  });

  it("secrets without any given one are unchanged", () => {
    const none = readRequest(
      { ...SECRET_PARAMS, ...CHANGE_PARAMS },
      {},
      { nowMs: 0, door: "terminal" },
    );
    expect([givesSecrets(none), givesSecrets({ ...none, scope: "all" })]).toEqual([false, true]);
    for (const one of [none, {}]) expect(after(one, BEFORE)).toEqual(BEFORE);
  });

  it("given secrets change what they name, and nothing else", () => {
    expect(after({ header: ["x-b: 3", "X-C: 4"], removeHeader: ["X-A"] }, BEFORE)).toEqual({
      ...BEFORE,
      headers: { "x-b": "3", "x-c": "4" },
    });
    expect(after({ url: "https://b.example" }, BEFORE)).toEqual({
      ...BEFORE,
      url: "https://b.example",
    });
    expect(after({ scope: "some", clientAuth: "body" }, BEFORE).oauth2).toEqual({
      ...BEFORE.oauth2,
      scope: "some",
      clientAuth: "body",
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
      tokenUrl: "https://other.example",
      clientSecret: "new",
      clientId: "c",
    });
    expect(oauth2?.clientSecret).toBe("hidden");
  });

  test.each<[RequestSecrets, string]>([
    [{ url: "u", header: ["hidden"] }, "header is a name and a value"],
    [{ url: "u", header: [": hidden"] }, "header is a name and a value"],
    [{ url: "u", header: ["a: 1", "A: 2"] }, "header has a twice."],
    [{ url: "u", header: ["X-Key:   "] }, "header has no value for x-key."],
    [{ url: "u", password: "hidden" }, "basic is missing."],
    [{ url: "u", basic: "ann" }, "password is missing."],
    [{ url: "u", scope: "s" }, "oauth2 is missing."],
    [{ url: "u", oauth2: "t", clientSecret: "hidden" }, "clientId is missing."],
    [{ url: "u", oauth2: "t", clientId: "c" }, "clientSecret is missing."],
    [{ url: "u", removeHeader: ["x"] }, "removeHeader has x, and there is no such header."],
    [{}, "url is missing"],
  ])("%j are refused, without secrets", async (given, reason) => {
    const made = destinationInput({ allowPrivate: true }, { id: "crm" }, mergeSecrets(NEW, given));
    const { code, message } = await made.catch((error) => error);
    expect([code, message]).toEqual(["input-invalid", expect.stringContaining(reason)]);
    expect(message).not.toContain("hidden");
  });

  it("all that is wrong with a destination is said at once", async () => {
    const given = {
      url: "ftp://crm.example",
      header: ["nohdr", "X-Key:"],
      removeHeader: ["x"],
      password: "p",
    };
    const settings = {
      id: "Bad ID",
      where: "event.(",
      ratePerS: "abc",
      concurrency: -1,
      schedule: "soon",
    };
    const made = destinationInput({ allowPrivate: false }, settings, mergeSecrets(NEW, given));
    const { mistakes } = await made.catch((error) => error);
    expect(mistakes.map(({ field }: { field: string }) => field).sort()).toEqual([
      "basic",
      "concurrency",
      "header",
      "id",
      "rate",
      "removeHeader",
      "schedule",
      "url",
      "where",
    ]);
  });
});

const PUBLIC = "https://8.8.8.8/hook";

/** What the check of a URL, and of the same token URL, says. */
function refusals(url: string, allowPrivate: boolean | readonly string[] = false) {
  const oauth2 = { tokenUrl: url, clientId: "c", clientSecret: "s" };
  return [{ url }, { url: PUBLIC, oauth2 }].map((secrets) => {
    try {
      return checkReceivers(secrets, allowPrivate);
    } catch (error) {
      return error instanceof RainhooksError ? `${error.code} ${error.message}` : error;
    }
  });
}

describe("the check of a destination", () => {
  test.each(PRIVATE_HOSTS)("the check refuses %s, %s, as URL and as token URL", (_, host) => {
    const messages = refusals(`https://${host}/hidden-path`);
    expect(messages).toEqual([
      expect.stringMatching(
        /^input-invalid url: The address of https:\S+ is private or reserved\./,
      ),
      expect.stringMatching(
        /^input-invalid oauth2: The address of https:\S+ is private or reserved\./,
      ),
    ]);
    expect(String(messages)).toContain(
      "allowPrivate, a setting of the worker attempts in the stage's file",
    );
    expect(String(messages)).not.toContain("hidden-path");
  });

  it("the check accepts a URL that is as before, so that a secret can be rotated after allowPrivate was narrowed", () => {
    const before = { url: "https://10.1.2.3" };
    expect(() => checkReceivers(before, false, before)).not.toThrow();
    expect(() => checkReceivers({ url: "https://10.1.2.4" }, false, before)).toThrow(
      "is private or reserved",
    );
  });

  it("the check accepts what the stage allows: some subnets, or all, and then http:", () => {
    for (const allowPrivate of [["10.1.0.0/16"], true])
      for (const url of ["https://10.1.2.3", "http://10.1.2.3", "https://inside.example"])
        expect([url, refusals(url, allowPrivate)]).toEqual([url, [undefined, undefined]]);
    const [message] = refusals("https://10.2.0.1", ["10.1.0.0/16"]);
    expect(message).toContain("is private or reserved");
  });

  test.each([
    [
      "http://a.example/hidden-path",
      "http://a.example is not encrypted. Use https:. allowPrivate, a setting",
    ],
    ["https://ann:hidden-path@a.example", "https://a.example contains a user or a password."],
    [
      "https://localhost/hidden-path",
      "The address of https://localhost is private or reserved. allowPrivate",
    ],
    ["https://a.localhost./hidden-path", "is private or reserved. allowPrivate"],
    ["ftp://a.example/hidden-path", "begins with ftp:, not with https:."],
    ["hidden-path", "cannot be read. Write it as https://host/path."],
  ])("the check refuses %s without showing what may be secret", (url, reason) => {
    const [message] = refusals(url);
    expect(message).toContain(reason);
    expect(message).not.toContain("hidden-path");
  });
});

test("all that is wrong with a destination is said at once, of each field one mistake", async () => {
  const settings = { id: "My CRM!", events: "all", where: "event.type = 'alert'", ratePerS: 0 };
  const secrets = { ...after({ url: "ftp://x", header: ["a b: 1"] }), signingSecrets: SIGNING };
  const refused = await destinationInput({ allowPrivate: false }, settings, { secrets }).catch(
    (error) => error,
  );
  expect(refused).toBeInstanceOf(RainhooksError);
  const fields = refused.mistakes.map(({ field }: { field?: string }) => field);
  expect(fields.toSorted()).toEqual(["header", "id", "rate", "url", "where"]);
});
