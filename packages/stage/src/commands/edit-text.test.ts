import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import { withEdited } from "./edit-text.ts";

const HOW = { file: "message.json", instead: "Give a file." };
const { VISUAL, EDITOR } = process.env;
const isTTY = process.stdin.isTTY;
let folder: string;

/** Makes an editor that writes where its file is, and runs some code with it. */
function editorThat(code: string): void {
  const script = join(folder, "editor.cjs");
  const file = JSON.stringify(join(folder, "edited"));
  writeFileSync(
    script,
    `const { writeFileSync } = require("node:fs"); const file = process.argv[2]; writeFileSync(${file}, file); ${code}`,
  );
  process.env["VISUAL"] = `"${process.execPath}" "${script}"`;
}

const edited = () => readFileSync(join(folder, "edited"), "utf8");

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "editor-"));
  process.stdin.isTTY = true;
});
afterEach(async () => {
  process.stdin.isTTY = isTTY;
  for (const [name, value] of Object.entries({ VISUAL, EDITOR })) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await rm(folder, { recursive: true });
});

it("editText returns the edited text, and deletes its file", async () => {
  editorThat('writeFileSync(file, "better")');
  expect(await withEdited("broken", HOW, async (text) => `${text}!`)).toBe("better!");
  expect(existsSync(dirname(edited()))).toBe(false);
});

it("editText keeps the file with the text of the user if it cannot be used, and says where it is", async () => {
  editorThat('writeFileSync(file, "better")');
  const refuse = () => Promise.reject(new RainhooksError("data-invalid", "It is refused."));
  const thrown = await withEdited("broken", HOW, refuse).catch((error: unknown) => error);
  expect(thrown).toMatchObject({
    code: "data-invalid",
    message: `It is refused. Your text is in ${edited()}: give it with --file.`,
  });
  expect(readFileSync(edited(), "utf8")).toBe("better");
  await rm(dirname(edited()), { recursive: true });
});

it("editText uses nothing if the editor fails, and keeps no file that nobody has changed", async () => {
  editorThat("process.exit(3)");
  await expect(withEdited("broken", HOW, async () => "used")).rejects.toThrow(
    /ended with code 3\. Nothing was sent\.$/,
  );
  expect(existsSync(dirname(edited()))).toBe(false);
});

it("editText says what to do without an editor, and without a terminal", async () => {
  process.env["VISUAL"] = "";
  process.env["EDITOR"] = "";
  const use = async () => "used";
  await expect(withEdited("broken", HOW, use)).rejects.toThrow("EDITOR is not set. Give a file.");
  process.stdin.isTTY = false;
  await expect(withEdited("broken", HOW, use)).rejects.toThrow(
    "There is no terminal for an editor. Give a file.",
  );
});
