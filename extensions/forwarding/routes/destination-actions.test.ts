import { expect, test } from "@jest/globals";
import { changedSecrets } from "./destination-actions.ts";

const BEFORE = {
  url: "https://crm.example.com/a",
  signingSecrets: [{ secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" }],
  headers: { "x-key": "1", "x-team": "2" },
  basic: { user: "ann", password: "before" },
};

test.each([
  [{}, {}],
  [{ url: "https://crm.example.com/b" }, { url: "https://crm.example.com/b" }],
  [{ basic: { user: "ann", password: "after" } }, { basic: { user: "ann", password: "after" } }],
  [{ header: { name: "X-Other", value: "3" } }, { headers: { ...BEFORE.headers, "x-other": "3" } }],
  [{ header: { name: "X-Key", value: "4" } }, { headers: { "x-key": "4", "x-team": "2" } }],
])("secrets that are changed by %j keep all others", (given, changed) => {
  expect(changedSecrets(BEFORE, given)).toEqual({ ...BEFORE, ...changed });
});
