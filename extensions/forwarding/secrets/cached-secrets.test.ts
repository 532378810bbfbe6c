import { describe, expect, it } from "@jest/globals";
import { cachedSecrets } from "./cached-secrets.ts";
import { formatSecrets } from "./parse.ts";
import { newSigningSecret } from "./rotate.ts";

function setUp() {
  const world = { nowMs: 0, reads: 0, text: undefined as string | undefined, down: false };
  const store = {
    get: async () => {
      world.reads += 1;
      if (world.down) throw new Error("SSM is down");
      return world.text;
    },
    put: async () => undefined,
    remove: async () => undefined,
  };
  const secretsOf = cachedSecrets(store, () => world.nowMs);
  return { world, secretsOf };
}

const textOf = (url: string) =>
  formatSecrets({ url, signingSecrets: [{ secret: newSigningSecret() }], headers: {} });

describe("secrets", () => {
  it("secrets are read once for many attempts, again after a change, and again after a while", async () => {
    const { world, secretsOf } = setUp();
    world.text = textOf("https://a.example/1");
    const [first, second] = await Promise.all(
      ["crm.1", "crm.1"].map((secretsId) => secretsOf({ id: "crm", secretsId })),
    );
    expect([first?.url, second?.url, world.reads]).toEqual([
      "https://a.example/1",
      "https://a.example/1",
      1,
    ]);
    world.text = textOf("https://a.example/2");
    expect((await secretsOf({ id: "crm", secretsId: "crm.1" })).url).toBe("https://a.example/1");
    expect((await secretsOf({ id: "crm", secretsId: "crm.2" })).url).toBe("https://a.example/2");
    world.text = textOf("https://a.example/3");
    world.nowMs = 5 * 60_000;
    expect((await secretsOf({ id: "crm", secretsId: "crm.2" })).url).toBe("https://a.example/3");
    expect(world.reads).toBe(3);
  });

  it("secrets that cannot be read are tried again at once", async () => {
    const { world, secretsOf } = setUp();
    world.down = true;
    await expect(secretsOf({ id: "crm", secretsId: "crm.1" })).rejects.toThrow("SSM is down");
    world.down = false;
    await expect(secretsOf({ id: "crm", secretsId: "crm.1" })).rejects.toThrow(
      "Destination crm has no secrets",
    );
    world.text = textOf("https://a.example/1");
    expect((await secretsOf({ id: "crm", secretsId: "crm.1" })).url).toBe("https://a.example/1");
  });
});
