import { expect, test } from "@jest/globals";
import { checkDestination } from "./manage.ts";
import { readSettings } from "./read-settings.ts";

const BATCHES = { batchEvents: 10, inOrder: false };
const IN_ORDER = { batchEvents: 10, inOrder: true };
const settingsWith = (given: object) =>
  readSettings({ id: "crm", url: "https://crm.example.com", ...given });
const URL_OF = "https://crm.example.com/";

test.each([
  [BATCHES, ""],
  [BATCHES, "{{id}}/{{count}}"],
  [IN_ORDER, "{{nodeId}}?id={{id}}"],
  [{ inOrder: true }, "{{data.message}}"],
])("with %j, a URL can have %j", async (settings, path) => {
  await checkDestination(settingsWith(settings), async () => ({ url: `${URL_OF}${path}` }));
});

test.each([
  [BATCHES, "{{nodeId}}", "{{id}} and {{count}}."],
  [BATCHES, "{{id}}/{{data.message}}", "{{id}} and {{count}}."],
  [IN_ORDER, "{{type}}", "{{id}} and {{count}} and {{nodeId}}."],
  [IN_ORDER, "{{id.nodeId}}", "{{id}} and {{count}} and {{nodeId}}."],
])("with %j, a URL cannot have %j", async (settings, path, names) => {
  const url = `${URL_OF}${path}`;
  await expect(
    checkDestination(settingsWith(settings), async () => ({ url })),
  ).rejects.toMatchObject({
    code: "input-invalid",
    mistakes: [{ field: "url", problem: expect.stringMatching(/^has values of one event/) }],
    message: expect.stringContaining(`a URL can only have ${names}`),
  });
});

test("a destination without batches, or without secrets, is not refused; only the secrets of one with batches are read", async () => {
  const neverRead = () => Promise.reject(new Error("read"));
  const batches = settingsWith(BATCHES);
  await checkDestination(settingsWith({}), neverRead);
  await checkDestination(batches, async () => undefined);
  await checkDestination(batches, async () => ({ url: URL_OF }));
  await expect(checkDestination(batches, neverRead)).rejects.toThrow("read");
});
