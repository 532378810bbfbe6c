import { describe, expect, it } from "@jest/globals";
import { stopInTurn } from "./stop-in-turn.ts";

describe("stopInTurn", () => {
  it("stopInTurn waits for each before the next", async () => {
    const stopped: string[] = [];
    const slow = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      stopped.push("slow");
    };
    await stopInTurn([slow, () => stopped.push("quick")]);
    expect(stopped).toEqual(["slow", "quick"]);
  });

  it("stopInTurn stops the others when one fails, then throws the first failure", async () => {
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
    await expect(stopInTurn(steps)).rejects.toThrow("disk full");
    expect(stopped).toEqual(["stage", "proxy"]);
  });
});
