import { describe, expect, it, test } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import { PRIVATE_HOSTS } from "@rainhooks/testing/private-hosts";
import { checkReceivers } from "./check-receiver.ts";

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
      expect.stringMatching(/^input-invalid The URL: The address of https:\S+ is private or reserved\./),
      expect.stringMatching(
        /^input-invalid The token URL: The address of https:\S+ is private or reserved\./,
      ),
    ]);
    expect(String(messages)).toContain("allowPrivate, a setting of the worker attempts in the stage's file");
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
    ["https://ann:hidden-path@a.example", "https://a.example contains a user or a password. Use --basic."],
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
