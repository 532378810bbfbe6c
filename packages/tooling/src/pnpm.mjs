import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

const WINDOWS = process.platform === "win32";
const COMMANDS = WINDOWS ? ["pnpm.cmd", "pnpm.exe"] : ["pnpm"];

/** The pnpm of a workspace, in the version that its package.json has. npm fetches it, and has a copy from then on. */
export class Pnpm {
  #root;
  #version;
  #kept;
  #folder;

  constructor(root) {
    this.#root = root;
    this.#version = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).packageManager;
    this.#kept = join(root, "node_modules/.cache/pnpm.json");
  }

  /** Runs a shell line in which `pnpm` is this one; returns its exit code and its output. */
  run(line) {
    this.#folder ??= this.#keptFolder();
    if (this.#folder === undefined) {
      const asked = this.#ask();
      if (asked.status !== 0) return asked;
      this.#folder = folderIn(asked.stdout);
    }
    const ran = spawnSync(line, {
      cwd: this.#root,
      encoding: "utf8",
      shell: true,
      env: { ...process.env, PATH: `${this.#folder}${delimiter}${process.env.PATH}` },
    });
    // Not before the first installation, which makes the folder.
    if (existsSync(join(this.#root, "node_modules"))) this.#keep();
    return ran;
  }

  /** npm takes two seconds to say where its copy is. */
  #ask() {
    return spawnSync(
      "npm",
      ["exec", "--yes", `--package=${this.#version}`, "-c", "node -p process.env.PATH"],
      {
        cwd: this.#root,
        encoding: "utf8",
        shell: WINDOWS,
      },
    );
  }

  #keptFolder() {
    try {
      const { version, folder } = JSON.parse(readFileSync(this.#kept, "utf8"));
      return version === this.#version && hasPnpm(folder) ? folder : undefined;
    } catch {
      return undefined;
    }
  }

  #keep() {
    if (this.#keptFolder() === this.#folder) return;
    mkdirSync(dirname(this.#kept), { recursive: true });
    writeFileSync(this.#kept, JSON.stringify({ version: this.#version, folder: this.#folder }));
  }
}

function folderIn(path) {
  return path.trim().split(delimiter).find(hasPnpm);
}

function hasPnpm(folder) {
  return COMMANDS.some((command) => existsSync(join(folder, command)));
}
