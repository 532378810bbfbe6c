import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";
import { readSettings } from "../destinations/read-settings.ts";
import { settingTexts } from "../operations/setting-params.ts";
import { destinationForm } from "../routes/destination-form.ts";
import type { DestinationAnswer } from "../routes/destinations.ts";

const dom = await openDom();
const { DestinationForm } = await import("./destination-form.tsx");

const ANSWERS = {
  "/console/destination-form": destinationForm(),
  "/console/actions/destination-add": { text: "crm is active.", signingSecret: "whsec_abc" },
  "/console/actions/destination-set": { text: "crm was changed." },
};
const CRM: DestinationAnswer = {
  ...{ id: "crm", url: "https://crm.example.com", state: "active", condition: "active", description: "CRM" },
  ...{ failuresInRow: 0, waiting: 0, hasMissed: false, events: ["alert"], nodes: ["a", "b"], tags: [] },
  auth: "none",
  settings: settingTexts(
    readSettings({
      ...{ id: "crm", url: "https://crm.example.com", description: "CRM", events: ["alert"] },
      ...{ nodes: ["a", "b"], ratePerS: 5, concurrency: 3, schedule: "5s" },
    }),
  ),
  ...{ createdAtMs: 0, attempts: { fromMs: 0, binMs: 1, delivered: [], failed: [], givenUp: 0 } },
};

test("a destination is added as it was written; its secret is shown once, and what was secret leaves the page", async () => {
  dom.answer(ANSWERS);
  await dom.show(() => <DestinationForm />);
  await dom.until(() => dom.text().includes("node_connected"));
  await dom.type("id", "crm");
  await dom.type("URL", " https://crm.example.com/hooks/abc ");
  await dom.type("nodes", "a, b,");
  await dom.type("header", "X-Api-Key");
  await dom.type("its value", "secret");
  await dom.click("node_connected");
  await dom.click("Add the destination");
  await dom.until(() => dom.text().includes("whsec_abc"));
  expect(dom.requests.at(-1)).toEqual({
    path: "/console/actions/destination-add",
    body: {
      ...{ id: "crm", url: "https://crm.example.com/hooks/abc", events: "node_connected", nodes: "a, b," },
      header: ["X-Api-Key: secret"],
    },
  });
  for (const name of ["URL", "its value"]) expect((dom.named(name) as HTMLInputElement).value).toBe("");
});

test("a change sends what differs, and of what is secret what was written", async () => {
  dom.answer(ANSWERS);
  await dom.show(() => <DestinationForm of={CRM} />);
  await dom.until(() => dom.text().includes("node_connected"));
  await dom.click("alert");
  await dom.type("rate", "none");
  await dom.click("Change it");
  await dom.until(() => dom.text().includes("crm was changed."));
  expect(dom.requests.at(-1)?.body).toEqual({ id: "crm", events: "all", rate: "none" });
  await dom.type("header", "X-Api-Key");
  await dom.type("its value", "secret");
  await dom.click("Change it");
  await dom.until(() => dom.requests.length === 3);
  expect(dom.requests.at(-1)?.body).toEqual({ id: "crm", header: ["X-Api-Key: secret"] });
  await dom.until(() => (dom.named("header") as HTMLInputElement).value === "");
  await dom.type("rate", "10/s");
  await dom.click("Change it");
  await dom.until(() => dom.requests.length === 4);
  expect(dom.requests.at(-1)?.body).toEqual({ id: "crm", rate: "10/s" });
});

test.each([
  ["header", "its value"],
  ["its value", "header"],
  ["user", "password"],
  ["password", "user"],
])(
  "a %s is not sent without the field %s, which says so, and none of it is thrown away",
  async (given, missing) => {
    dom.answer(ANSWERS);
    await dom.show(() => <DestinationForm of={CRM} />);
    await dom.type(given, "one");
    await dom.click("Change it");
    expect((dom.named(missing) as HTMLInputElement).validity.valueMissing).toBe(true);
    expect(dom.requests.filter(({ body }) => body !== undefined)).toEqual([]);
    await dom.type(missing, "other");
    await dom.click("Change it");
    await dom.until(() => dom.text().includes("crm was changed."));
    const isHeader = given === "header" || given === "its value";
    expect(dom.requests.at(-1)?.body).toEqual({
      id: "crm",
      ...(isHeader
        ? { header: [expect.stringMatching(/^\w+: \w+$/)] }
        : { basic: expect.any(String), password: expect.any(String) }),
    });
    // What leaves the page is needed no more.
    await dom.until(() => !(dom.named(missing) as HTMLInputElement).required);
  },
);

test("the form has each setting that people write, with its default", async () => {
  dom.answer(ANSWERS);
  await dom.show(() => <DestinationForm />);
  await dom.until(() => dom.text().includes("node_connected"));
  const { settings } = destinationForm();
  for (const { name, input, usual } of settings) {
    if (input === "events" || input === "template") continue;
    const shown = dom.named(name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
    const { value, checked } = shown as HTMLInputElement;
    expect([name, input === "flag" ? String(checked) : value]).toEqual([name, usual]);
  }
});

test("the form shows why the server refused it, and keeps what was typed", async () => {
  const refused = { mistakes: [{ field: "concurrency", problem: "must be a whole number from 1 to 100." }] };
  dom.answer({
    ...ANSWERS,
    "/console/actions/destination-set": () => Response.json(refused, { status: 400 }),
  });
  await dom.show(() => <DestinationForm of={CRM} />);
  await dom.type("concurrency", "1000");
  await dom.click("Change it");
  await dom.until(() => dom.text().includes("concurrency must be a whole number from 1 to 100."));
  expect((dom.named("concurrency") as HTMLInputElement).value).toBe("1000");
});
