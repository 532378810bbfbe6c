import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

const WINDOWS = process.platform === "win32";
const COMMANDS = WINDOWS ? ["pnpm.cmd", "pnpm.exe"] : ["pnpm"];

/**
 * Runs a shell line in the root of a workspace, in which `pnpm` is the version of its package.json.
 * npm fetches that, and has a copy from then on. It takes two seconds to say where, so the folder
 * is kept.
 *
 * @returns Exit code and output.
 */
export function runPnpm(root, line) {
  const version = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).packageManager;
  const kept = join(root, "node_modules/.cache/pnpm.json");
  const keptFolder = readFolder(kept, version);
  if (keptFolder !== undefined) return runWith(keptFolder, root, line);
  const asked = spawnSync(
    "npm",
    ["exec", "--yes", `--package=${version}`, "-c", "node -p process.env.PATH"],
    {
      cwd: root,
      encoding: "utf8",
      shell: WINDOWS,
    },
  );
  if (asked.status !== 0) return asked;
  const folder = asked.stdout.trim().split(delimiter).find(hasPnpm);
  const ran = runWith(folder, root, line);
  // Not before the first installation, which makes the folder.
  if (existsSync(join(root, "node_modules"))) {
    mkdirSync(dirname(kept), { recursive: true });
    writeFileSync(kept, JSON.stringify({ version, folder }));
  }
  return ran;
}

function runWith(folder, cwd, line) {
  const PATH = `${folder}${delimiter}${process.env.PATH}`;
  return spawnSync(line, { cwd, encoding: "utf8", shell: true, env: { ...process.env, PATH } });
}

/**
 * Returns the folder that is kept for a version; `undefined` if there is none, or pnpm is not there
 * any more.
 */
function readFolder(path, wanted) {
  try {
    const { version, folder } = JSON.parse(readFileSync(path, "utf8"));
    return version === wanted && hasPnpm(folder) ? folder : undefined;
  } catch {
    return undefined;
  }
}

function hasPnpm(folder) {
  return COMMANDS.some((command) => existsSync(join(folder, command)));
}
