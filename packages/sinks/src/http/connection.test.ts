import { describe, expect, it } from "@jest/globals";
import { provideConnection } from "./connection.ts";

const OPTIONS = { allowPrivate: false, maxSockets: 3 };

describe("provideConnection", () => {
  it("provideConnection returns the same connection as long as the URL is the same", async () => {
    const urls = ["https://a.example/1", "https://a.example/1", "http://b.example/"];
    const next = provideConnection({
      ...OPTIONS,
      allowPrivate: true,
      url: async () => urls.shift() ?? "",
    });
    const first = await next();
    const second = await next();
    const third = await next();
    expect(first).toMatchObject({
      name: "https://a.example",
      protocol: "https:",
      agent: { maxSockets: 3 },
    });
    expect(second).toBe(first);
    expect(third).toMatchObject({ name: "http://b.example", protocol: "http:" });
  });

  it("provideConnection checks a URL that is given as a value at once", async () => {
    expect(() => provideConnection({ ...OPTIONS, url: "https://127.0.0.1/" })).toThrow(
      expect.objectContaining({ code: "config-invalid" }),
    );
    expect((await provideConnection({ ...OPTIONS, url: "https://a.example/" })()).name).toBe(
      "https://a.example",
    );
  });

  it.each([
    ["cannot be read", () => Promise.reject(new RangeError("no access")), "no access"],
    [
      "can never be called",
      () => "https://127.0.0.1/secret",
      "The address of https://127.0.0.1 is private",
    ],
  ])("provideConnection fails temporarily for a URL that %s", async (_, url, reason) => {
    await expect(provideConnection({ ...OPTIONS, url })()).rejects.toMatchObject({
      code: "sink-unavailable",
      permanent: false,
      message: expect.stringContaining(
        `The URL, headers or secrets of the receiver cannot be read: ${reason}`,
      ),
    });
  });
});
