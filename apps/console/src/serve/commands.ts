import { type ChildProcess, spawn } from "node:child_process";
import { RainhooksError, tryParseJson } from "@rainhooks/core";
import { printableLines } from "@rainhooks/terminal";

/** How the rainhooks command is run on the stage that a console shows. */
export interface RainhooksCommand {
  /** The program: a file that Node.js runs. */
  readonly program: string;
  /** Options that select the stage, such as `--stage=production`. */
  readonly stage: readonly string[];
}

/** A command of the terminal that was started on the page. */
export interface CommandRun {
  readonly id: number;
  /** As one would type it. */
  readonly text: string;
  readonly startedAtMs: number;
  /** The end of what it has printed. */
  readonly output: string;
  /** Its exit code; absent while it runs. */
  readonly code?: number;
}

/** What to run: the words of a command, its options, and its arguments. Options have the form `--name=value`. */
export interface CommandLine {
  readonly words: readonly string[];
  readonly options?: readonly string[];
  readonly args?: readonly string[];
  /** Its standard input. */
  readonly input?: string;
}

/** Limits of a command that is run to its end. */
export interface RunLimits {
  /** Ends it. */
  readonly signal?: AbortSignal;
  /** Characters of its output, of which the last ones are returned. */
  readonly maxOutput?: number;
}

const MAX_OUTPUT = 4096;
const MAX_RUNS = 10;
/** A command that ends so soon is part of the action that has started it. */
const SOON_MS = 3000;
/** Exit codes of the command. */
const EXIT = { failed: 1, wrong: 2, missing: 3 } as const;

/**
 * Runs commands of the terminal for the page, with the same checks, and keeps what they print. What takes long goes on without the page, and
 * ends with the console.
 */
export class Commands {
  readonly #command: RainhooksCommand | undefined;
  readonly #children = new Set<ChildProcess>();
  #runs: readonly CommandRun[] = [];
  #last = 0;

  constructor(command: RainhooksCommand | undefined) {
    this.#command = command;
  }

  /** Whether there is a command to run. */
  get canRun(): boolean {
    return this.#command !== undefined;
  }

  /** The commands that were started, the last one first. */
  list(): readonly CommandRun[] {
    return this.#runs;
  }

  /**
   * Runs a command that soon ends, such as one that shows a plan. It is not listed.
   *
   * @returns What it has printed.
   * @throws {RainhooksError} what it has refused.
   */
  async run(line: CommandLine): Promise<string> {
    return (await this.#finish(line, {})).output();
  }

  /**
   * Runs a command whose result is JSON.
   *
   * @throws {RainhooksError} what it has refused, or the reason of the signal that has stopped it.
   */
  async result(line: CommandLine, limits: RunLimits): Promise<unknown> {
    const parsed = tryParseJson((await this.#finish(line, limits)).result());
    if (parsed !== undefined) return parsed;
    throw new RainhooksError("input-invalid", `The result of ${textOf(line)} is too large.`);
  }

  /**
   * Starts a command, and waits a moment for its end.
   *
   * @throws {RainhooksError} what it has refused by then.
   */
  async start(line: CommandLine): Promise<void> {
    this.#last += 1;
    const id = this.#last;
    const update = (change: Partial<CommandRun>) => {
      this.#runs = this.#runs.map((one) => (one.id === id ? { ...one, ...change } : one));
    };
    const { end, output, reason } = this.#spawn(line, MAX_OUTPUT, () => update({ output: output() }));
    const run = { id, text: textOf(line), startedAtMs: Date.now(), output: "" };
    const isOld = ({ code }: CommandRun, index: number) => code !== undefined && index >= MAX_RUNS - 1;
    this.#runs = [run, ...this.#runs.filter((one, index) => !isOld(one, index))];
    const updated = end.then((code) => update({ code }));
    await Promise.race([updated, new Promise((resolve) => setTimeout(resolve, SOON_MS).unref())]);
    const { code = 0 } = this.#runs.find((one) => one.id === id) ?? {};
    if (code !== 0) throw refused(code, reason());
  }

  /** Ends the commands that run, as Ctrl-C does. */
  async stop(): Promise<void> {
    const running = [...this.#children];
    await Promise.all(
      running.map((child) => {
        child.kill("SIGINT");
        return ended(child);
      }),
    );
  }

  async #finish(line: CommandLine, { signal, maxOutput = MAX_OUTPUT }: RunLimits) {
    const { child, end, reason, ...printed } = this.#spawn(line, maxOutput);
    const stop = () => child.kill("SIGINT");
    if (signal?.aborted === true) stop();
    signal?.addEventListener("abort", stop);
    const code = await end;
    signal?.removeEventListener("abort", stop);
    if (code === 0) return printed;
    if (signal?.aborted !== true) throw refused(code, reason());
    const why = signal.reason instanceof RainhooksError ? signal.reason : undefined;
    throw why ?? new RainhooksError("input-invalid", "The command was stopped.");
  }

  #spawn(
    { words, options = [], args = [], input = "" }: CommandLine,
    maxOutput: number,
    onOutput = () => {},
  ) {
    if (this.#command === undefined)
      throw new RainhooksError("input-invalid", "This console cannot run commands. Use the terminal.");
    const { program, stage } = this.#command;
    const child = spawn(process.execPath, [program, ...words, ...options, ...stage, "--", ...args], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    // A command that does not read its input may have ended.
    child.stdin.on("error", () => undefined).end(input);
    this.#children.add(child);
    const end = ended(child).finally(() => this.#children.delete(child));
    let [text, result, errors] = ["", "", ""];
    const add = (part: string) => {
      text = `${text}${part}`.slice(-maxOutput);
      onOutput();
    };
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      add(part);
      result = `${result}${part}`.slice(-maxOutput);
    });
    child.stderr.setEncoding("utf8").on("data", (part: string) => {
      add(part);
      errors = `${errors}${part}`.slice(-MAX_OUTPUT);
    });
    const lines = (of: string) => printableLines(of).trim();
    return {
      child,
      end,
      output: () => lines(text),
      result: () => result,
      // What is wrong is the last line of the errors; an attempt that has failed is a result, and says so in its first line.
      reason: () =>
        lines(errors).split("\n").at(-1) || lines(text).split("\n")[0] || "The command has failed.",
    };
  }
}

/** Waits until a process has ended and its output was read; returns its exit code. */
function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once("close", (code) => resolve(code ?? EXIT.failed));
    child.once("error", () => resolve(EXIT.failed));
  });
}

function refused(code: number, reason: string): RainhooksError {
  const refusal = code === EXIT.wrong ? "input-invalid" : "event-refused";
  return new RainhooksError(code === EXIT.missing ? "not-found" : refusal, reason, { permanent: true });
}

function textOf({ words, options = [], args = [] }: CommandLine): string {
  return ["rainhooks", ...words, ...args, ...options].join(" ");
}
