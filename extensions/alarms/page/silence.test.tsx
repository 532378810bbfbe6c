import { expect, test } from "@jest/globals";
import type { NodeActionsProps } from "@rainhooks/page/pages";
import { openDom } from "@rainhooks/page/testing/dom";

const dom = await openDom();
const { SilenceNode, silenceRule } = await import("./silence.tsx");
const { ConfirmButton } = await import("@rainhooks/page/confirm-button.jsx");

const NODE = { nodeId: "n1", tags: ["site:goa"] } as unknown as NodeActionsProps["of"];

async function chosen(changes: Readonly<Record<string, string>>): Promise<unknown[]> {
  dom.respond({ "/console/actions/": { text: "Silenced." } });
  await dom.show(() => <SilenceNode of={NODE} />);
  await dom.click("Silence … n1");
  for (const [name, value] of Object.entries(changes)) await dom.type(name, value);
  await dom.click("Yes");
  await dom.until(() => dom.document.querySelector("dialog") === null);
  return dom.requests.map(({ path, body }) => [path.split("/").at(-1), body]);
}

test.each([
  [{}, { for: "2h", where: 'node.id == "n1"' }],
  [
    { "what to silence": '"site:goa" in node.tags', "for how long": "8h" },
    { for: "8h", where: '"site:goa" in node.tags' },
  ],
])(
  "a node's alarms that last, and new ones, are silenced as %j says",
  async (changes, expected) => {
    expect(await chosen(changes)).toEqual([
      ["shelve", { node: "n1", for: expected.for }],
      ["maintenance", { name: expect.stringMatching(/^silence-[a-z0-9]+$/), ...expected }],
    ]);
  },
);

test("what is refused of a silence stands at its field, in the dialog", async () => {
  const mistakes = [{ field: "for", problem: "must be a duration from 0s to 7d." }];
  dom.respond({ "/console/actions/": () => Response.json({ mistakes }, { status: 400 }) });
  await dom.show(() => <ConfirmButton {...silenceRule("hot")} />);
  await dom.click("Silence … the alarms of hot that last");
  await dom.click("Yes");
  await dom.until(() => dom.document.querySelector("[aria-invalid]") !== null);
  expect(dom.named("for how long").closest("label")?.querySelector("small")?.textContent).toBe(
    "must be a duration from 0s to 7d.",
  );
  expect(dom.document.querySelector("dialog .failure")).toBe(null);
});

test("the fields of a dialog have other ids than those of the form behind it", async () => {
  await dom.show(() => [
    <ConfirmButton {...silenceRule("a")} />,
    <ConfirmButton {...silenceRule("b")} />,
  ]);
  for (const rule of ["a", "b"]) await dom.click(`Silence … the alarms of ${rule} that last`);
  const ids = [...dom.document.querySelectorAll("[id]")].map(({ id }) => id);
  expect(ids).toHaveLength(4);
  expect(new Set(ids).size).toBe(4);
});
