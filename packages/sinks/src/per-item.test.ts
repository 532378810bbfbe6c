import { describe, expect, it, test } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import { perItem } from "./per-item.ts";

const item = (id: string) => ({ id, value: `value of ${id}` });

/** The failure of an item whose call throws, written together with one that succeeds. */
async function failureOf(thrown: unknown) {
  const sink = perItem<string>(async (value) => {
    if (value === "value of bad") throw thrown;
  });
  const failures = await sink.write([item("good"), item("bad"), item("also good")]);
  expect(failures.map(({ id }) => id)).toEqual(["bad"]);
  return failures[0]?.error;
}

describe("perItem", () => {
  it("perItem calls the function once for each item, with its value and id", async () => {
    const calls: string[][] = [];
    const sink = perItem<string>(async (value, { id }) => {
      calls.push([value, id]);
    });
    expect(await sink.write(["a", "b"].map(item))).toEqual([]);
    expect(calls).toEqual([
      ["value of a", "a"],
      ["value of b", "b"],
    ]);
  });

  it("perItem fails an item whose call does not return in time, and aborts its signal", async () => {
    let aborted: unknown;
    const sink = perItem<string>(
      (value, { signal }) => {
        if (value !== "value of slow") return Promise.resolve();
        signal.addEventListener("abort", () => {
          aborted = signal.reason;
        });
        return new Promise(() => undefined);
      },
      { timeoutMs: 20 },
    );
    const failures = await sink.write(["a", "slow", "b"].map(item));
    expect(failures).toMatchObject([
      {
        id: "slow",
        error: {
          code: "sink-unavailable",
          permanent: false,
          message: "The function did not finish within 20 ms.",
        },
      },
    ]);
    expect(aborted).toBe(failures[0]?.error);
  });

  it("perItem leaves no timer behind", async () => {
    const timers = () =>
      process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    await perItem<string>(async () => undefined).write([item("a")]);
    expect(timers()).toBe(before);
  });

  it("perItem does not call the function when there is no time left: the items do not count as failed", async () => {
    const sink = perItem<string>(() => Promise.reject(new Error("called")));
    expect(await sink.write([item("a")], { remainingMs: () => 0 })).toMatchObject([
      { id: "a", error: { code: "not-attempted" } },
    ]);
  });

  it("perItem refuses limits out of range", () => {
    expect(() => perItem(async () => undefined, { concurrency: 0 })).toThrow("concurrency must be");
  });
});

describe("an error that the function throws", () => {
  it("an error of the function is returned unchanged if it is a RainhooksError, which says whether and when to retry", async () => {
    const permanent = new RainhooksError("sink-rejected", "no such door", { permanent: true });
    const temporary = new RainhooksError("sink-unavailable", "busy", { retryAfterS: 60 });
    expect(await failureOf(permanent)).toBe(permanent);
    expect(await failureOf(temporary)).toBe(temporary);
  });

  test.each([new RangeError("Maximum call stack size exceeded"), new URIError("malformed")])(
    "an error is permanent if the JavaScript engine cannot process the value: %s",
    async (thrown) => {
      expect(await failureOf(thrown)).toMatchObject({
        code: "unexpected",
        permanent: true,
        cause: thrown,
      });
    },
  );

  test.each([new TypeError("fetch failed"), new Error("down"), "text", undefined])(
    "an error is retried if it is anything else: %p",
    async (thrown) => {
      expect(await failureOf(thrown)).toMatchObject({ code: "unexpected", permanent: false });
    },
  );

  it("perItem fails only its item if the function throws before its first await", async () => {
    const sink = perItem<string>(() => {
      throw new TypeError("boom");
    });
    expect(await sink.write([item("a")])).toMatchObject([{ id: "a", error: { message: "boom" } }]);
  });
});
