import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";
import type { DestinationAnswer } from "../routes/destinations.ts";

const dom = await openDom();
const { DestinationForm } = await import("./destination-form.tsx");

const ANSWERS = {
  "/console/destination-choices": { events: ["alert", "node_connected"], formats: ["event", "template"] },
  "/console/actions/destination-add": { text: "crm is active.", signingSecret: "whsec_abc" },
  "/console/actions/destination-set": { text: "crm was changed." },
};
const CRM: DestinationAnswer = {
  ...{ id: "crm", url: "https://crm.example.com", state: "active", condition: "active", description: "CRM" },
  ...{ failuresInRow: 0, waiting: 0, hasMissed: false, events: ["alert"], nodes: ["a", "b"], tags: [] },
  ...{ format: "event", auth: "none", ratePerS: 5, concurrency: 3, schedule: "5s", eachCopy: false },
  ...{ batchWaitS: 10, batchBytes: 262_144, inOrder: false },
  ...{ headerNames: [], createdAtMs: 0, attempts: { fromMs: 0, binMs: 1, delivered: [], failed: [] } },
};

test("a destination is added as it was written; its secret is shown once, and what was secret leaves the page", async () => {
  dom.answer(ANSWERS);
  let reads = 0;
  await dom.show(() => (
    <DestinationForm
      onDone={() => {
        reads += 1;
      }}
    />
  ));
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
      ...{ id: "crm", url: "https://crm.example.com/hooks/abc", description: "", events: ["node_connected"] },
      ...{
        nodes: ["a", "b"],
        tags: [],
        where: "",
        format: "event",
        ratePerS: null,
        concurrency: 10,
        eachCopy: false,
      },
      ...{ batchEvents: null, batchWaitS: 10, inOrder: false },
      ...{ schedule: "5s,5m,30m,2h,5h,10h,10h", header: { name: "X-Api-Key", value: "secret" } },
    },
  });
  expect(reads).toBe(1);
  for (const name of ["URL", "its value"]) expect((dom.named(name) as HTMLInputElement).value).toBe("");
});

test("a change sends what differs, and of what is secret what was written", async () => {
  dom.answer(ANSWERS);
  await dom.show(() => <DestinationForm of={CRM} onDone={() => undefined} />);
  await dom.until(() => dom.text().includes("node_connected"));
  await dom.click("alert");
  await dom.type("rate", "");
  await dom.click("Change it");
  await dom.until(() => dom.text().includes("crm was changed."));
  expect(dom.requests.at(-1)?.body).toEqual({ id: "crm", events: [], ratePerS: null });
  await dom.type("header", "X-Api-Key");
  await dom.type("its value", "secret");
  await dom.click("Change it");
  await dom.until(() => dom.requests.length === 3);
  expect(dom.requests.at(-1)?.body).toEqual({ id: "crm", header: { name: "X-Api-Key", value: "secret" } });
  await dom.until(() => (dom.named("header") as HTMLInputElement).value === "");
  await dom.type("rate", "10/s");
  await dom.click("Change it");
  await dom.until(() => dom.requests.length === 4);
  expect(dom.requests.at(-1)?.body).toEqual({ id: "crm", ratePerS: "10/s" });
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
    await dom.show(() => <DestinationForm of={CRM} onDone={() => undefined} />);
    await dom.type(given, "one");
    await dom.click("Change it");
    expect((dom.named(missing) as HTMLInputElement).validity.valueMissing).toBe(true);
    expect(dom.requests.filter(({ body }) => body !== undefined)).toEqual([]);
    await dom.type(missing, "other");
    await dom.click("Change it");
    await dom.until(() => dom.text().includes("crm was changed."));
    expect(Object.values(dom.requests.at(-1)?.body as object).at(-1)).toEqual(
      expect.objectContaining(
        given === "header" || given === "its value"
          ? { name: expect.anything(), value: expect.anything() }
          : { user: expect.anything(), password: expect.anything() },
      ),
    );
    // What leaves the page is needed no more.
    await dom.until(() => !(dom.named(missing) as HTMLInputElement).required);
  },
);

test("what is refused is said, and what was written stays", async () => {
  const refused = { mistakes: [{ field: "concurrency", problem: "must be a whole number from 1 to 100." }] };
  dom.answer({
    ...ANSWERS,
    "/console/actions/destination-set": () => Response.json(refused, { status: 400 }),
  });
  await dom.show(() => <DestinationForm of={CRM} onDone={() => undefined} />);
  await dom.type("concurrency", "1000");
  await dom.click("Change it");
  await dom.until(() => dom.text().includes("concurrency must be a whole number from 1 to 100."));
  expect((dom.named("concurrency") as HTMLInputElement).value).toBe("1000");
});
