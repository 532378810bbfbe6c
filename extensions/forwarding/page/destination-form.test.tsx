import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";
import { destinationOf } from "../destinations/destination-item.ts";
import { readSettings } from "../destinations/read-settings.ts";
import { settingTexts } from "../operations/setting-params.ts";
import { type DestinationResult, destinationForm } from "../routes/destinations.ts";

const dom = await openDom();
const { JobsMenu } = await import("@rainhooks/page/jobs.jsx");
const { drawSoon } = await import("@rainhooks/page/signal");
const { DestinationForm } = await import("./destination-form.tsx");

const ANSWERS = {
  "/console/destination-form": destinationForm(),
  "/console/sample-body": { body: '{"node_id":"sample"}' },
  "/console/actions/test": {
    job: 1,
    jobEnd: { text: "failed 500 to https://crm.example.com in 8 ms" },
  },
  "/console/actions/destination-add": { text: "crm is active.", signingSecret: "whsec_abc" },
  "/console/actions/destination-set": { text: "crm was changed.", destination: { version: 4 } },
};
const SETTINGS = readSettings({
  id: "crm",
  url: "https://crm.example.com",
  description: "CRM",
  events: ["alert"],
  nodes: ["a", "b"],
  ratePerS: 5,
  concurrency: 3,
  schedule: "5s",
});
const CRM: DestinationResult = {
  ...destinationOf(SETTINGS, { nowMs: 0 }),
  condition: "active",
  failuresInRow: 0,
  waiting: 0,
  hasMissed: false,
  settings: settingTexts(SETTINGS),
  version: 3,
  attempts: { fromMs: 0, binMs: 1, delivered: [], failed: [], givenUp: 0 },
};

test("a destination is added as it was written; its secret is shown once, and what was secret leaves the page", async () => {
  dom.respond(ANSWERS);
  await dom.show(() => <DestinationForm />);
  await dom.until(() => dom.text().includes("node_connected"));
  await dom.type("id", "crm");
  await dom.type("URL", " https://crm.example.com/hooks/abc ");
  await dom.type("nodes", "a, b,");
  await dom.type("header", "X-Api-Key: secret");
  await dom.click("node_connected");
  await dom.until(() =>
    dom.requests.some(
      ({ path, body }) =>
        path === "/console/sample-body" && JSON.stringify(body).includes("node_connected"),
    ),
  );
  expect(dom.text()).toContain('{"node_id":"sample"}');
  await dom.click("Add and test");
  await dom.until(() => dom.text().includes("whsec_abc"));
  await dom.until(() => dom.requests.at(-1)?.path === "/console/actions/test");
  expect(dom.requests.at(-1)?.body).toEqual({ id: "crm" });
  await dom.until(() =>
    dom.text().includes("crm is active. failed 500 to https://crm.example.com in 8 ms"),
  );
  expect(dom.requests.at(-2)).toEqual({
    path: "/console/actions/destination-add",
    body: {
      id: "crm",
      url: "https://crm.example.com/hooks/abc",
      events: "node_connected",
      nodes: "a, b,",
      header: "X-Api-Key: secret",
    },
  });
  for (const name of ["URL", "header"])
    expect((dom.named(name) as HTMLInputElement).value).toBe("");
});

test("the result of a test that takes long comes to the form when it has ended", async () => {
  const job = { id: 7, title: "Test crm", startedAtMs: 0, state: "running", text: "" };
  dom.respond({ ...ANSWERS, "/console/actions/test": { job: 7 }, "/console/jobs": [job] });
  await dom.show(() => (
    <>
      <DestinationForm />
      <JobsMenu />
    </>
  ));
  await dom.until(() => dom.text().includes("node_connected"));
  await dom.type("id", "crm");
  await dom.click("Add and test");
  await dom.until(() => dom.text().includes("The test runs …"));
  const ended = { ...job, state: "failed", text: "failed 500 in 8 s" };
  dom.respond({ ...ANSWERS, "/console/jobs": [ended] });
  await dom.until(() => dom.text().includes("crm is active. failed 500 in 8 s"));
});

test("a change sends what differs, and of what is secret what was written", async () => {
  dom.respond(ANSWERS);
  await dom.show(() => <DestinationForm of={CRM} />);
  await dom.until(() => dom.text().includes("node_connected"));
  await dom.click("alert");
  await dom.type("rate", "none");
  await dom.click("Change it");
  await dom.until(() => dom.text().includes("crm was changed."));
  const changes = () => dom.requests.filter(({ path }) => path.startsWith("/console/actions/"));
  expect(changes().at(-1)?.body).toEqual({ id: "crm", version: 3, events: "all", rate: "none" });
  await dom.type("header", "X-Api-Key: secret");
  await dom.click("Change it");
  await dom.until(() => changes().length === 2);
  expect(changes().at(-1)?.body).toEqual({ id: "crm", version: 4, header: "X-Api-Key: secret" });
  await dom.until(() => (dom.named("header") as HTMLInputElement).value === "");
  await dom.type("rate", "10/s");
  await dom.click("Change it");
  await dom.until(() => changes().length === 3);
  expect(changes().at(-1)?.body).toEqual({ id: "crm", version: 4, rate: "10/s" });
});

test("who has opened the form says which version they saw, unless its state alone has changed since", async () => {
  dom.respond(ANSWERS);
  const versionSent = async (now: DestinationResult) => {
    let shown = CRM;
    await dom.show(() => <DestinationForm of={shown} />);
    await dom.until(() => dom.text().includes("node_connected"));
    shown = now;
    drawSoon();
    await dom.type("rate", "none");
    await dom.click("Change it");
    await dom.until(() => dom.requests.some(({ path }) => path.startsWith("/console/actions/")));
    return dom.requests.at(-1)?.body;
  };
  const paused = { ...CRM, state: "paused" as const, version: 9 };
  expect(await versionSent(paused)).toMatchObject({ version: 9 });
});

test("what somebody else has set since is not overwritten", async () => {
  dom.respond({
    ...ANSWERS,
    "/console/actions/destination-set": () =>
      Response.json(
        { code: "write-conflict", detail: "Somebody else has changed crm." },
        { status: 409 },
      ),
  });
  let shown = CRM;
  await dom.show(() => <DestinationForm of={shown} />);
  await dom.until(() => dom.text().includes("node_connected"));
  shown = { ...CRM, version: 9, settings: { ...CRM.settings, rate: "1/s" } };
  drawSoon();
  await dom.type("rate", "none");
  await dom.click("Change it");
  await dom.until(() => dom.text().includes("Somebody else has changed crm."));
  expect(dom.requests.at(-1)?.body).toMatchObject({ version: 3 });
});

test("the form has each setting that people write, with its default", async () => {
  dom.respond(ANSWERS);
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

test("all that the server refuses stands at its fields, which keep what was typed; what is folded opens", async () => {
  const mistakes = [
    { field: "id", problem: "must be a text." },
    { field: "concurrency", problem: "must be a whole number from 1 to 100." },
    { field: "header", problem: "is a name and a value." },
  ];
  dom.respond({
    ...ANSWERS,
    "/console/actions/destination-add": () => Response.json({ mistakes }, { status: 400 }),
  });
  await dom.show(() => <DestinationForm />);
  await dom.until(() => dom.text().includes("node_connected"));
  await dom.type("concurrency", "1000");
  await dom.click("Add and test");
  await dom.until(() => dom.text().includes("must be a whole number from 1 to 100."));
  const wrong = [...dom.document.querySelectorAll("[aria-invalid]")].map((one) =>
    one.getAttribute("name"),
  );
  expect(wrong).toEqual(["id", "header", "concurrency"]);
  const about = dom.named("concurrency").getAttribute("aria-describedby");
  expect(dom.document.getElementById(about ?? "")?.textContent).toBe(
    "must be a whole number from 1 to 100.",
  );
  expect(dom.document.querySelector("details")?.open).toBe(true);
  expect(dom.document.querySelector(".failure")).toBe(null);
  expect((dom.named("concurrency") as HTMLInputElement).value).toBe("1000");
});
