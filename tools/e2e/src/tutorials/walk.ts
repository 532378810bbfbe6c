import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { eventually } from "@rainhooks/testing/eventually";
import { runCommand } from "../cli/testing/run-command.ts";
import { READER_ENV, runInShell } from "../run-in-shell.ts";

/** Reads the commands of a page, in their order. */
export function stepsOf(page: string): Step[] {
  const blocks = readFileSync(page, "utf8").matchAll(/^```sh(?: terminal=(\w+))?\n(.*?)\n```$/gms);
  return [...blocks].map(([, terminal, command = ""]) => ({ terminal, command }));
}

/**
 * A command of a page. One with a terminal runs beside the others, until the next one in the same
 * terminal.
 */
interface Step {
  readonly terminal: string | undefined;
  readonly command: string;
}

/** What the command line of a page begins with. */
export const TYPED = "npm run -s rainhooks -- ";

/** Returns the arguments of a command line that begins with {@link TYPED}. */
export function argumentsOf(command: string): string[] {
  const words = command.slice(TYPED.length).matchAll(/"([^"]*)"|(\S+)/g);
  return [...words].map(([, quoted, word]) => quoted ?? word ?? "");
}

const FIRST_START_MS = 600_000;
/** Between two runs of a command whose result is waited for. */
const BETWEEN_MS = 2000;
/** The ports of the pages' receivers. */
const PORTS_OF_PAGES = /\b399[89]\b/g;

/**
 * Runs the commands of a page in a folder, in their order, as a reader would. Of the commands of
 * the command line, the first is typed, and the others run here.
 */
export class Walk {
  readonly #shell: Parameters<typeof runInShell>[1];
  readonly #steps: Step[];
  #hasTyped = false;
  readonly #terminals = new Map<string, { readonly child: ChildProcess; text: string }>();

  /**
   * @param receiverPort A free port for the receiver: somebody may be following the page on this
   * machine.
   */
  constructor(page: string, folder: string, receiverPort: string) {
    this.#shell = { cwd: folder, env: { ...READER_ENV, RECEIVER_PORT: receiverPort } };
    this.#steps = stepsOf(page).map(({ terminal, command }) => ({
      terminal,
      command: command.replaceAll(PORTS_OF_PAGES, receiverPort),
    }));
  }

  /** The commands that have not been run yet. */
  get left(): readonly string[] {
    return this.#steps.map(({ command }) => command);
  }

  /**
   * Runs the next command of the page.
   *
   * @param part What the test expects in it.
   * @param fillIn What a reader writes in the place of a part of it.
   */
  async next(part: string, fillIn: Readonly<Record<string, string>> = {}): Promise<string> {
    const { terminal, command: shown = "" } = this.#steps.shift() ?? {};
    expect(shown).toContain(part);
    const command = Object.entries(fillIn).reduce(
      (text, [from, to]) => text.replaceAll(from, to),
      shown,
    );
    if (terminal === undefined) return this.#run(command);
    await this.#open(terminal, command);
    return "";
  }

  /**
   * Runs the next command of the page, and again until it prints what is expected: at first it may
   * fail.
   */
  async nextUntil(part: string, expected: RegExp): Promise<void> {
    const [command = ""] = this.left;
    const first = await this.next(part).catch(String);
    if (expected.test(first)) return;
    await eventually(
      () => this.#run(command).catch(String),
      (printed) => expected.test(printed),
      { everyMs: BETWEEN_MS, timeoutMs: FIRST_START_MS },
    );
  }

  /** Runs a command; returns what it prints. @throws if it fails. */
  async #run(command: string): Promise<string> {
    const isOfCommandLine = command.startsWith(TYPED);
    if (!isOfCommandLine || !this.#hasTyped) {
      this.#hasTyped ||= isOfCommandLine;
      return runInShell(command, this.#shell);
    }
    const data = ["--data", join(this.#shell.cwd, ".rainhooks")];
    const { code, out, err } = await runCommand([...argumentsOf(command), ...data]);
    if (code !== 0) throw new Error(`${command}\n${out}${err}`);
    return `${out}${err}`.trim();
  }

  /** Returns what a terminal shows. */
  textOf(terminal: string): string {
    return this.#terminals.get(terminal)?.text ?? "";
  }

  /**
   * Waits until a terminal shows a text: long enough for a first start, which builds everything.
   *
   * @throws if what runs there ends before.
   */
  async until(terminal: string, text: string): Promise<void> {
    const hasEnded = () => (this.#terminals.get(terminal)?.child.exitCode ?? null) !== null;
    await eventually(
      () => this.textOf(terminal),
      (seen) => seen.includes(text) || hasEnded(),
      { timeoutMs: FIRST_START_MS },
    );
    expect(this.textOf(terminal)).toContain(text);
  }

  /** Ends what runs in a terminal, as Ctrl-C does. */
  async close(terminal: string): Promise<void> {
    const { child } = this.#terminals.get(terminal) ?? {};
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.on("exit", done));
    process.kill(-child.pid, "SIGINT");
    await ended;
  }

  async closeAll(): Promise<void> {
    for (const terminal of this.#terminals.keys()) await this.close(terminal);
  }

  async #open(terminal: string, command: string): Promise<void> {
    await this.close(terminal);
    // The shell makes way for the command, and so ends when that does.
    const child = spawn("sh", ["-c", `exec env ${command}`], { ...this.#shell, detached: true });
    const opened = { child, text: "" };
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        opened.text += String(chunk);
      });
    this.#terminals.set(terminal, opened);
  }
}
