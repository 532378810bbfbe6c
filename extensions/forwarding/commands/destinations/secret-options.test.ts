import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { selfSignedCertificate } from "@rainhooks/testing/certificate";
import type { DestinationSecrets } from "../../secrets/secrets.ts";
import { readGivenSecrets, type SecretSourceOptions, withGiven } from "./secret-options.ts";

const SIGNING = [{ secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" }];
const NEW = { signingSecrets: SIGNING, headers: {} };
const BEFORE: DestinationSecrets = {
  ...{ url: "https://a.example/before", signingSecrets: SIGNING, headers: { "x-a": "1", "x-b": "2" } },
  oauth2: { tokenUrl: "https://login.example", clientId: "c", clientSecret: "hidden", scope: "all" },
};

describe("options of secrets", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "rainhooks-options-"));
    await writeFile(join(folder, "secret"), "from a file\r\n");
    process.env["RAINHOOKS_TEST_SECRET"] = "from a variable";
  });
  afterAll(() => rm(folder, { recursive: true }));

  const read = async (options: SecretSourceOptions, before: Parameters<typeof withGiven>[0] = NEW) =>
    withGiven(before, await readGivenSecrets(options));

  it("are read from where they are, without the line end of a file", async () => {
    const secrets = await read({
      urlFrom: `file:${join(folder, "secret")}`,
      header: ["X-A: one: two"],
      headerFrom: ["X-B=env:RAINHOOKS_TEST_SECRET"],
      basic: "ann",
      passwordFrom: `file:${join(folder, "secret")}`,
    });
    expect(secrets).toEqual({
      signingSecrets: SIGNING,
      url: "from a file",
      headers: { "x-a": "one: two", "x-b": "from a variable" },
      basic: { user: "ann", password: "from a file" },
    });
  });

  it("are nothing, if none is given", async () => {
    expect(await readGivenSecrets({})).toBeUndefined();
    expect(await read({}, BEFORE)).toEqual(BEFORE);
  });

  it("change what they name, and nothing else", async () => {
    expect(await read({ header: ["x-b: 3", "X-C: 4"], removeHeader: ["X-A"] }, BEFORE)).toEqual({
      ...BEFORE,
      headers: { "x-b": "3", "x-c": "4" },
    });
    expect(await read({ url: "https://b.example" }, BEFORE)).toEqual({ ...BEFORE, url: "https://b.example" });
    expect((await read({ scope: "some", clientAuth: "body" }, BEFORE)).oauth2).toEqual({
      ...BEFORE.oauth2,
      ...{ scope: "some", clientAuth: "body" },
    });
    const { oauth2, ...without } = BEFORE;
    expect(await read({ auth: false }, BEFORE)).toEqual(without);
    const source = "env:RAINHOOKS_TEST_SECRET";
    expect(await read({ basic: "ann", passwordFrom: source, auth: false }, BEFORE)).toEqual({
      ...without,
      basic: { user: "ann", password: "from a variable" },
    });
    const basic = { user: "ann", password: "old" };
    expect((await read({ passwordFrom: source }, { ...without, basic })).basic).toEqual({
      user: "ann",
      password: "from a variable",
    });
    const moved = { oauth2: "https://other.example", clientSecretFrom: source };
    expect((await read(moved, BEFORE)).oauth2).toMatchObject({
      tokenUrl: "https://other.example",
      clientSecret: "from a variable",
      clientId: "c",
    });
    expect(oauth2?.clientSecret).toBe("hidden");
  });

  it("refuse a certificate that has ended, and take one that has not", async () => {
    const pem = async (name: string, endMs: number) => {
      const { cert, key } = selfSignedCertificate(name, new Date(0), new Date(endMs));
      await writeFile(join(folder, `${name}.pem`), cert);
      await writeFile(join(folder, `${name}.key`), key);
      return {
        certFrom: `file:${join(folder, `${name}.pem`)}`,
        keyFrom: `file:${join(folder, `${name}.key`)}`,
      };
    };
    const ended = await pem("ended", Date.UTC(2020, 0, 1));
    await expect(read({ url: "u", ...ended })).rejects.toMatchObject({
      code: "input-invalid",
      message: "The certificate of --cert-from has ended on 2020-01-01T00:00:00.000Z.",
    });
    await expect(read({ url: "u", caFrom: ended.certFrom })).rejects.toThrow(
      "certificate of --ca-from has ended",
    );
    const { tls } = await read({ url: "u", ...(await pem("current", Date.UTC(2199, 0, 1))) });
    expect(Object.keys(tls ?? {})).toEqual(["certificate", "key"]);
  });

  test.each<[SecretSourceOptions, string]>([
    [{ header: ["hidden"] }, "--header is a name and a value"],
    [{ header: [": hidden"] }, "--header is a name and a value"],
    [{ headerFrom: ["hidden"] }, "--header-from is a name and a place"],
    [{ headerFrom: ["X=hidden"] }, "--header-from X says where the secret is: env:<variable>"],
    [{ headerFrom: ["X=env:RAINHOOKS_UNSET"] }, "the environment variable RAINHOOKS_UNSET is not set"],
    [{ headerFrom: ["X=file:/nowhere/x"] }, "file:/nowhere/x cannot be read"],
    [{ header: ["a: 1", "A: 2"] }, "The header A is given twice."],
    [{ urlFrom: "https://a.example/hidden" }, "--url-from says where the secret is"],
    [{ basic: "ann:hidden" }, "--basic is the user alone."],
    [{ url: "u", passwordFrom: "env:RAINHOOKS_TEST_SECRET" }, "--password-from needs --basic"],
    [{ url: "u", scope: "s" }, "need --oauth2 with the token URL"],
    [{ url: "u", oauth2: "t", clientSecretFrom: "env:RAINHOOKS_TEST_SECRET" }, "--oauth2 needs --client-id."],
    [{ url: "u", removeHeader: ["x"] }, "--remove-header: there is no header x."],
    [{}, "The URL is missing: give --url, or --url-from"],
  ])("%j is refused, without secrets", async (options, reason) => {
    const refused = { code: "input-invalid", message: expect.stringContaining(reason) };
    const result = read(options);
    await expect(result).rejects.toMatchObject(refused);
    await expect(result).rejects.not.toMatchObject({ message: expect.stringContaining("hidden") });
  });
});
