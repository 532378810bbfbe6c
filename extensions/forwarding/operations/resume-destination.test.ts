import { expect, test } from "@jest/globals";
import { destinationOf } from "../destinations/destination-item.ts";
import { readSettings } from "../destinations/read-settings.ts";
import { resumeRate } from "./resume-destination.ts";

const withRate = (ratePerS?: number) =>
  destinationOf(
    readSettings({
      id: "crm",
      url: "https://example.com",
      ...(ratePerS === undefined ? {} : { ratePerS }),
    }),
    { nowMs: 0 },
  );

test.each([
  [9, undefined, 4],
  [1, undefined, 1],
  [undefined, undefined, 50],
  [9, 7, 7],
])("resumeRate of a destination with %s a second, and %s requested, is %s", (own, asked, rate) => {
  expect(resumeRate(withRate(own), { rate: asked, maxDeadLetters: 0 })).toBe(rate);
});
