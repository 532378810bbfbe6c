import { describe, expect, it, test } from "@jest/globals";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { signingKey, webhookHeaders } from "./sign.ts";

const secretOf = (bytes: Uint8Array) => `whsec_${Buffer.from(bytes).toString("base64")}`;
const SECRET = secretOf(new Uint8Array(24).fill(7));
const OLD_SECRET = secretOf(new Uint8Array(32).fill(9));

describe("signatures", () => {
  it("are those of the specification", () => {
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

  it("are accepted by the library of Standard Webhooks, for any message and secret", () => {
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.json(),
        fc.uint8Array({ minLength: 24, maxLength: 64 }),
        (id, body, bytes) => {
          const secret = secretOf(bytes);
          const headers = webhookHeaders({ id, body, atMs: Date.now() }, [signingKey(secret)]);
          expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
          expect(webhookHeaders({ id, body: Buffer.from(body), atMs: 0 }, [signingKey(secret)])).toEqual(
            webhookHeaders({ id, body, atMs: 0 }, [signingKey(secret)]),
          );
        },
      ),
    );
  });

  it("are accepted with the old secret and with the new one while secrets change, and with no other", () => {
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

  it("are absent without a secret, the id and the time are not", () => {
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
  ["another prefix", `whsk_${SECRET.slice(6)}`],
  ["nothing", ""],
  ["23 bytes", secretOf(new Uint8Array(23))],
  ["65 bytes", secretOf(new Uint8Array(65))],
  ["no base64", `${SECRET.slice(0, -1)}!`],
  ["a line break", `${SECRET}\n`],
])("a secret with %s is refused, and not shown", (_, secret) => {
  expect(() => signingKey(secret)).toThrow(expect.objectContaining({ code: "config-invalid" }));
  expect(() => signingKey(secret)).toThrow(
    "A signing secret is whsec_ and 24 to 64 bytes in base64. Create one with: echo whsec_$(openssl rand -base64 32)",
  );
});

test.each([24, 64])("a secret of %d bytes is accepted, with and without padding", (length) => {
  const secret = secretOf(new Uint8Array(length).fill(1));
  expect(signingKey(secret).symmetricKeySize).toBe(length);
  expect(signingKey(secret.replace(/=+$/, "")).symmetricKeySize).toBe(length);
});
