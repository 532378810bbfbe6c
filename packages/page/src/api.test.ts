import { expect, test } from "@jest/globals";
import { openDom } from "./testing/dom.ts";

const dom = await openDom();
const { get } = await import("./api.ts");
const { failureText } = await import("./layout.tsx");

test.each(["<html>", '{"nodes":[1', ""])(
  "a response that is %j instead of JSON is a sentence",
  async (body) => {
    dom.respond({ "/v1/nodes": () => new Response(body) });
    await expect(get("/v1/nodes")).rejects.toThrow(
      "What the console has sent is not what this page expects.",
    );
  },
);

test("what a response does not have is a sentence; an error of the stage is as it is", () => {
  const missing = new TypeError("Cannot read properties of undefined (reading 'length')");
  expect(failureText(missing)).toBe(
    "What the console has sent is not what this page expects. Load the page again: it may be of another version. (Cannot read properties of undefined (reading 'length'))",
  );
  expect(failureText(new Error("The stage is busy."))).toBe("The stage is busy.");
});
