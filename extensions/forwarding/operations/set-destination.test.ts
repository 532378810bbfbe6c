import { expect, it, test } from "@jest/globals";
import { type RequestFields, readRequest, recordedRequest } from "@rainhooks/stage/operations/read-request";
import { readSettings } from "../destinations/read-settings.ts";
import { CHANGE_PARAMS, givesSecrets, SECRET_PARAMS, SIGNING_PARAMS } from "./secret-params.ts";
import { add, set } from "./set-destination.ts";
import { requestSettings, SETTING_PARAMS, settingTexts } from "./setting-params.ts";

const URL = "https://crm.example.com/hidden";
const read = (given: RequestFields) => readRequest(SETTING_PARAMS, given, { nowMs: 0, door: "terminal" });

it("a record of what is added has nothing that is secret", () => {
  const given = {
    ...{ id: "crm", url: URL, header: ["X-Api-Key: hidden"], basic: "hidden", password: "hidden" },
    ...{ secret: "hidden", rate: 5, eachCopy: false },
  };
  const { request } = add;
  expect(recordedRequest(request, readRequest(request, given, { nowMs: 0, door: "terminal" }))).toEqual({
    ...{ id: "crm", rate: 5, eachCopy: false },
  });
  const auth = { oauth2: "https://login.example.com/hidden", clientSecret: "hidden", clientId: "c" };
  expect(
    recordedRequest(request, readRequest(request, { id: "crm", ...auth }, { nowMs: 0, door: "terminal" })),
  ).toEqual({
    ...{ id: "crm", clientId: "c" },
  });
});

it("parameters that a command reads from a source are secret, and so is the text of a URL", () => {
  const all = Object.entries({ ...SECRET_PARAMS, ...CHANGE_PARAMS, ...SIGNING_PARAMS });
  const sources = all.filter(([, param]) => "source" in param && param.source !== undefined);
  expect(sources.length).toBeGreaterThan(4);
  expect(sources.filter(([, { isSecret }]) => isSecret !== true)).toEqual([]);
});

test.each([
  ["as a page and a command write them", { rate: 5, batch: "none", where: "", events: "all" }],
  ["as a list", { events: ["alert"], nodes: ["a", "b"], schedule: "default", batchWait: "1m" }],
  ["as a text", { events: "alert,node_connected", tags: "city:Pune, type:lamp", inOrder: "false" }],
])("settings are read %s, and written as they are read", (_, given) => {
  const place = { id: "crm", url: "https://crm.example.com" };
  const settings = readSettings({ ...place, ...requestSettings(read(given)) });
  expect(readSettings({ ...place, ...requestSettings(withoutTemplate(settingTexts(settings))) })).toEqual(
    settings,
  );
});

function withoutTemplate(texts: RequestFields): RequestFields {
  return read(Object.fromEntries(Object.entries(texts).filter(([name]) => name !== "template")));
}

test.each<[RequestFields, string]>([
  [{ rate: "fast" }, 'rate must be a whole number from 1 to 1000, not "fast".'],
  [{ batchWait: "soon" }, 'batchWait must be a duration of up to 15m, such as 30s, not "soon".'],
  [{ batchWait: "16m" }, "batchWait must be a duration of up to 15m"],
  [{ events: "" }, 'events must be "all" or a list of events'],
  [{ format: "raw", template: "{}" }, "format cannot be given together with template."],
  [{ ratePerS: 5 }, "ratePerS is unknown."],
])("%j is refused", (given, message) => {
  expect(() => set.check({ id: "crm", ...given })).toThrow(message);
});

it("settings that belong together must be given together", () => {
  const both = { id: "crm", url: URL, target: "orders" };
  expect(() => add.check(both)).toThrow("target cannot be given together with url.");
  const noAuth = { id: "crm", auth: false, basic: "ann", password: "hidden" };
  expect(() => set.check(noAuth)).toThrow("auth cannot be given together with basic.");
  set.check({ ...noAuth, auth: true });
});

test.each<[RequestFields, boolean]>([
  [{}, false],
  [{ header: [], removeHeader: [], auth: true }, false],
  [{ header: ["X-Api-Key: abc"] }, true],
  [{ auth: false }, true],
])("that a request gives secrets: %j, %s", (given, isGiven) => {
  const fields = { ...SECRET_PARAMS, ...CHANGE_PARAMS };
  expect(givesSecrets(readRequest(fields, given, { nowMs: 0, door: "console" }))).toBe(isGiven);
});
