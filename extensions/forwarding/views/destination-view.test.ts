import { describe, expect, it } from "@jest/globals";
import type { DestinationSettings } from "../destinations/destination.ts";
import { destinationOf } from "../destinations/destination-item.ts";
import { readSettings } from "../destinations/read-settings.ts";
import { destinationLines } from "./destination-view.ts";

const url = "https://crm.example.com";
const settings = {
  id: "crm",
  url,
  format: "template",
  template: '{\n  "a": "b"\n}\n',
  auth: "oauth2",
};
const destination = destinationOf(readSettings(settings), { nowMs: 0 });

describe("a destination is shown", () => {
  it("a destination is shown with its template on one line", () => {
    const text = destinationLines(destination);
    expect(text).toMatch(/template +\{ "a": "b" \}\n/);
    expect(text).not.toContain("\ufffd");
  });

  it("a destination is shown with every setting that it has", () => {
    const every: Required<DestinationSettings> = {
      id: "hall",
      url: "https://hall.example.com",
      description: "the hall",
      events: ["rmaker.event.alert"],
      nodes: ["n-of-hall"],
      tags: ["place:hall"],
      where: 'event.type == "alert"',
      format: "template",
      template: '{ "of": ["{{each}}", "hall"] }',
      headerNames: ["x-hall"],
      auth: "basic",
      publicKey: "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=",
      ratePerS: 17,
      concurrency: 23,
      schedule: [31, 37],
      eachCopy: true,
      batchEvents: 19,
      batchWaitS: 37,
      batchBytes: 2048,
      inOrder: true,
    };
    const text = destinationLines(destinationOf(readSettings(every), { nowMs: 0 }));
    const shown = { ...every, events: ["alert"], schedule: ["31s", "37s"] };
    for (const [name, value] of Object.entries(shown))
      for (const one of [value].flat())
        expect([name, text]).toEqual([name, expect.stringContaining(String(one))]);
  });
});
