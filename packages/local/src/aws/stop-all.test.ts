import { describe, expect, it } from "@jest/globals";
import { stopAll } from "./stop-all.ts";

describe("stopAll", () => {
  it("stopAll waits for each before the next", async () => {
    const stopped: string[] = [];
    const slow = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      stopped.push("slow");
    };
    await stopAll([slow, () => stopped.push("quick")]);
    expect(stopped).toEqual(["slow", "quick"]);
  });

  it("stopAll stops the others when one fails, then throws the first failure", async () => {
    const stopped: string[] = [];
    const fail = (message: string) => () => {
      throw new Error(message);
    };
    const steps = [
      fail("disk full"),
      () => stopped.push("stage"),
      fail("later"),
      () => stopped.push("proxy"),
    ];
    await expect(stopAll(steps)).rejects.toThrow("disk full");
    expect(stopped).toEqual(["stage", "proxy"]);
  });
});
