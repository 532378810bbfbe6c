import { describe, expect, it, test } from "@jest/globals";
import { PRIVATE_HOSTS } from "@rainhooks/testing/private-hosts";
import { checkReceivers } from "./check-receiver.ts";

const PUBLIC = "https://8.8.8.8/hook";
const PUBLIC_NAMES = async () => ["8.8.8.8"];

/** What the check of a URL, and of the same token URL, says. */
async function refusals(url: string, options: Partial<Parameters<typeof checkReceivers>[1]> = {}) {
  const all = { allowPrivate: false, lookup: PUBLIC_NAMES, ...options };
  const oauth2 = { tokenUrl: url, clientId: "c", clientSecret: "s" };
  return Promise.all(
    [{ url }, { url: PUBLIC, oauth2 }].map((secrets) =>
      checkReceivers(secrets, all).then(
        (notes) => (notes.length === 0 ? undefined : notes.join()),
        ({ code, message }) => `${code} ${message}`,
      ),
    ),
  );
}

describe("the check of a destination", () => {
  test.each(PRIVATE_HOSTS)("the check refuses %s, %s, as URL and as token URL", async (_, host) => {
    const messages = await refusals(`https://${host}/hidden-path`);
    expect(messages).toEqual([
      expect.stringMatching(/^input-invalid The URL: The address of https:\S+ is private or reserved\./),
      expect.stringMatching(
        /^input-invalid The token URL: The address of https:\S+ is private or reserved\./,
      ),
    ]);
    expect(String(messages)).toContain("allowPrivate, a setting of the worker attempts in the stage's file");
    expect(String(messages)).not.toContain("hidden-path");
  });

  it("the check refuses a name with private addresses only, and says what to do", async () => {
    const lookup = async (name: string) =>
      name === "inside.example" ? ["10.0.0.7", "::1"] : ["10.0.0.7", "8.8.8.8"];
    const [message = ""] = await refusals("https://inside.example/hidden-path", { lookup });
    expect(message).toContain("https://inside.example has only addresses that are private or reserved.");
    expect(message).toContain("add --no-lookup");
    expect(message).not.toContain("hidden-path");
    expect(await refusals("https://half.example", { lookup })).toEqual([undefined, undefined]);
    expect(await refusals("https://inside.example", { lookup: false })).toEqual([undefined, undefined]);
  });

  it("the check accepts a name without an address here, with a note", async () => {
    const note = "The name of https://nowhere.example has no address here. Is it written correctly?";
    for (const lookup of [async () => [], () => Promise.reject(new Error("no network"))])
      expect(await refusals("https://nowhere.example", { lookup })).toEqual([note, note]);
  });

  it("the check accepts what the stage allows: some subnets, or all, and then http:", async () => {
    const lookup = async () => ["10.1.2.3"];
    for (const allowPrivate of [["10.1.0.0/16"], true])
      for (const url of ["https://10.1.2.3", "http://10.1.2.3", "https://inside.example"])
        expect([url, await refusals(url, { allowPrivate, lookup })]).toEqual([url, [undefined, undefined]]);
    const [message] = await refusals("https://10.2.0.1", { allowPrivate: ["10.1.0.0/16"] });
    expect(message).toContain("is private or reserved");
  });

  test.each([
    [
      "http://a.example/hidden-path",
      "http://a.example is not encrypted. Use https:. allowPrivate, a setting",
    ],
    ["https://ann:hidden-path@a.example", "https://a.example contains a user or a password. Use --basic."],
    ["ftp://a.example/hidden-path", "begins with ftp:, not with https:."],
    ["hidden-path", "cannot be read. Write it as https://host/path."],
  ])("the check refuses %s without showing what may be secret", async (url, reason) => {
    const [message] = await refusals(url);
    expect(message).toContain(reason);
    expect(message).not.toContain("hidden-path");
  });
});
