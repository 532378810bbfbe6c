import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startConsole } from "@rainhooks/app-console/serve/console";
import { eventually } from "@rainhooks/testing/eventually";
import { openSecretly } from "./open-in-browser.ts";

/**
 * Stands for what opens a browser: it notes how it was started and what it can read, and follows the file as
 * a browser would.
 */
const OPENER = `#!${process.execPath}
const { readFileSync, statSync, writeFileSync, renameSync } = require("node:fs");
const { dirname } = require("node:path");
const [, , file, ...more] = process.argv;
const address = /url=([^"]*)"/.exec(readFileSync(file, "utf8"))?.[1];
const modes = [file, dirname(file)].map((one) => (statSync(one).mode & 0o777).toString(8));
fetch(address, { redirect: "manual" }).then(({ status, headers }) => {
  const seen = { file, more, address, modes, status, cookie: headers.get("set-cookie") };
  writeFileSync(process.env.SEEN + "~", JSON.stringify(seen));
  renameSync(process.env.SEEN + "~", process.env.SEEN);
});
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rainhooks-opener-"));
  await mkdir(join(folder, "bin"));
  await mkdir(join(folder, "home"));
  for (const name of ["xdg-open", "open", "explorer.exe"]) {
    await writeFile(join(folder, "bin", name), OPENER);
    await chmod(join(folder, "bin", name), 0o755);
  }
});
afterAll(() => rm(folder, { recursive: true }));

it("no argument of the program that opens the console has its token, and the file that has it is only its owner's", async () => {
  const seenAt = join(folder, "seen.json");
  process.env["PATH"] = [join(folder, "bin"), process.env["PATH"]].join(delimiter);
  process.env["SEEN"] = seenAt;
  const reach = () => Promise.reject(new Error("There is no stage."));
  let forget = async () => {};
  const console_ = await startConsole({ port: 0, reach, onEntered: () => void forget() });
  const address = console_.address();
  const token = new URL(address).searchParams.get("token") ?? "";
  forget = await openSecretly(address, join(folder, "home"));
  const text = await eventually(
    () => readFile(seenAt, "utf8").catch(() => ""),
    (one) => one !== "",
  );
  const seen = JSON.parse(text);
  expect(token).not.toBe("");
  expect([seen.file, ...seen.more].join(" ")).not.toContain(token);
  expect(seen).toMatchObject({ more: [], address, modes: ["600", "700"], status: 303 });
  expect(seen.cookie).toContain("HttpOnly");
  // The address lets in one browser, and the file has gone.
  expect((await fetch(address, { redirect: "manual" })).status).toBe(200);
  expect(
    await eventually(
      () => readdir(join(folder, "home")),
      (left) => left.length === 0,
    ),
  ).toEqual([]);
  await console_.stop();
});
