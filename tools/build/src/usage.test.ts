import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, it, test } from "@jest/globals";

const ROOT = join(import.meta.dirname, "../../..");
const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const NAMES = Object.entries<string>(scripts).flatMap(([name, line]) =>
  /^node (-- )?tools\/build\/bin\/run\.mjs /.test(line) && name !== "rainhooks" ? [name] : [],
);

/** Runs a script without npm on the path: what is answered has installed and built nothing. */
async function run(...args: string[]) {
  const child = spawn(process.execPath, [join(ROOT, "tools/build/bin/run.mjs"), ...args], {
    env: { PATH: "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((done) => child.on("close", done));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, stdout, stderr };
}

it("every script has --help before anything is installed", async () => {
  for (const name of NAMES) {
    const { code, stdout } = await run(name === "dev" ? "start" : name, "--help");
    expect([name, code, stdout.split(/[ \n]/)[0]]).toEqual([name, 0, "Usage:"]);
  }
});

test.each([
  [
    "an unknown option of start",
    ["start", "--wrong"],
    "There is no option --wrong. (--help lists the flags)",
  ],
  [
    "an unknown option of a stage",
    ["new-stage", "prod", "--bogus"],
    "There is no option --bogus. Usage: npm run",
  ],
  [
    "an option without its value",
    ["new-stage", "prod", "--region"],
    "--region needs a value. Usage: npm run",
  ],
  [
    "an option of a script that takes none",
    ["synth", "--nodes", "5"],
    "npm run synth takes no arguments: leave --nodes out.",
  ],
  ["seconds that are none", ["fuzz", "soon"], "soon is not a number of seconds."],
  [
    "an argument of the screenshots",
    ["screenshots", "fleet"],
    "npm run screenshots takes no arguments",
  ],
])("a script refuses %s in one line, before anything is installed", async (_, args, message) => {
  const { code, stdout, stderr } = await run(...args);
  expect(stderr).toContain(message);
  expect([code, stdout, stderr.trim().split("\n").length]).toEqual([2, "", 1]);
});

test("a script whose process is killed ends with the exit code of shells for that", () => {
  const kill = `if (process.argv[1].endsWith("main.ts")) process.kill(process.pid, "SIGKILL");`;
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(kill)}`;
  const args = [join(ROOT, "tools/build/bin/run.mjs"), "rainhooks", "--version"];
  const { status } = spawnSync(process.execPath, args, { env: { PATH: "", NODE_OPTIONS } });
  expect(status).toBe(128 + constants.signals.SIGKILL);
});
