import { createPublicKey, verify } from "node:crypto";
import { describe, expect, it, test } from "@jest/globals";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { privateSigningKey, publicKeyOf, signingKey, webhookHeaders } from "./sign.ts";

const secretOf = (bytes: Uint8Array) => `whsec_${Buffer.from(bytes).toString("base64")}`;
const SECRET = secretOf(new Uint8Array(24).fill(7));
const OLD_SECRET = secretOf(new Uint8Array(32).fill(9));

describe("signatures", () => {
  it("signatures are those of the specification", () => {
    const keys = [signingKey("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")];
    const message = {
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      body: '{"test": 2432232314}',
      atMs: 1_614_265_330_999,
    };
    expect(webhookHeaders(message, keys)).toEqual({
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    });
  });

  it("signatures are accepted by the library of Standard Webhooks, for any message and secret", () => {
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.json(),
        fc.uint8Array({ minLength: 24, maxLength: 64 }),
        (id, body, bytes) => {
          const secret = secretOf(bytes);
          const headers = webhookHeaders({ id, body, atMs: Date.now() }, [signingKey(secret)]);
          expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
          expect(
            webhookHeaders({ id, body: Buffer.from(body), atMs: 0 }, [signingKey(secret)]),
          ).toEqual(webhookHeaders({ id, body, atMs: 0 }, [signingKey(secret)]));
        },
      ),
    );
  });

  it("signatures are accepted with the old secret and the new one during a rotation, and with no other", () => {
    const headers = webhookHeaders(
      { id: "a", body: "{}", atMs: Date.now() },
      [SECRET, OLD_SECRET].map(signingKey),
    );
    expect(new Webhook(SECRET).verify("{}", headers)).toEqual({});
    expect(new Webhook(OLD_SECRET).verify("{}", headers)).toEqual({});
    const other = new Webhook(secretOf(new Uint8Array(24).fill(8)));
    expect(() => other.verify("{}", headers)).toThrow();
    expect(() => new Webhook(SECRET).verify("[]", headers)).toThrow();
  });

  it("signatures are absent without a secret, the id and the time are not", () => {
    expect(webhookHeaders({ id: "a", body: "{}", atMs: 1000 }, [])).toEqual({
      "webhook-id": "a",
      "webhook-timestamp": "1",
    });
  });
});

test.each(["", "a.b", "a b", "a\r\nb", "ä", "a".repeat(257)])(
  "%p cannot be an id: the item fails permanently",
  (id) => {
    expect(() => webhookHeaders({ id, body: "", atMs: 0 }, [])).toThrow(
      expect.objectContaining({ code: "sink-rejected", permanent: true }),
    );
  },
);

test.each([
  ["no prefix", SECRET.slice(6)],
  ["another prefix", `whpk_${SECRET.slice(6)}`],
  ["a private key of 24 bytes", `whsk_${SECRET.slice(6)}`],
  ["a private key with another public one", `whsk_${Buffer.alloc(64).toString("base64")}`],
  ["nothing", ""],
  ["23 bytes", secretOf(new Uint8Array(23))],
  ["65 bytes", secretOf(new Uint8Array(65))],
  ["no base64", `${SECRET.slice(0, -1)}!`],
  ["a line break", `${SECRET}\n`],
])("a secret with %s is refused, and not shown", (_, secret) => {
  expect(() => signingKey(secret)).toThrow(expect.objectContaining({ code: "config-invalid" }));
  expect(() => signingKey(secret)).toThrow(
    "A signing secret is whsec_ and 24 to 64 bytes in base64, or whsk_ and a private key of Ed25519. Create one with: echo whsec_$(openssl rand -base64 32)",
  );
});

test.each([24, 64])("a secret of %d bytes is accepted, with and without padding", (length) => {
  const secret = secretOf(new Uint8Array(length).fill(1));
  expect(signingKey(secret).symmetricKeySize).toBe(length);
  expect(signingKey(secret.replace(/=+$/, "")).symmetricKeySize).toBe(length);
});

describe("signatures with a private key", () => {
  // Those of the specification of Standard Webhooks and of Svix's server.
  const PRIVATE =
    "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==";

  it("signatures with a private key are those of the specification", () => {
    expect(publicKeyOf(PRIVATE)).toBe("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=");
    const message = {
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      body: '{"test": 2432232314}',
      atMs: 1_614_265_330_999,
    };
    expect(webhookHeaders(message, [signingKey(PRIVATE)])).toMatchObject({
      "webhook-signature":
        "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==",
    });
  });

  it("private keys make the key pairs of RFC 8032", () => {
    const seed = Buffer.from(
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "hex",
    );
    const key = Buffer.from(
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      "hex",
    );
    const whole = `whsk_${Buffer.concat([seed, key]).toString("base64")}`;
    expect(privateSigningKey(seed)).toBe(whole);
    for (const secret of [whole, `whsk_${seed.toString("base64")}`])
      expect(publicKeyOf(secret)).toBe(`whpk_${key.toString("base64")}`);
  });

  it("signatures with a private key are verified with the public key alone, for any message, beside one with a shared secret", () => {
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.json(),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (id, body, seed) => {
          const secret = privateSigningKey(seed);
          const headers = webhookHeaders({ id, body, atMs: 5000 }, [
            signingKey(secret),
            signingKey(SECRET),
          ]);
          const [asymmetric = "", shared = ""] = headers["webhook-signature"]?.split(" ") ?? [];
          expect(shared).toMatch(/^v1,/);
          const x = Buffer.from(
            (publicKeyOf(secret) ?? "").slice("whpk_".length),
            "base64",
          ).toString("base64url");
          const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
          const given = Buffer.from(asymmetric.slice("v1a,".length), "base64");
          expect(verify(null, Buffer.from(`${id}.5.${body}`), key, given)).toBe(true);
          expect(verify(null, Buffer.from(`${id}.6.${body}`), key, given)).toBe(false);
        },
      ),
    );
  });
});
