/*
 * Runs commands for tests in one process, which has loaded the program once: many at a time, each
 * with its own arguments, standard input, variables, output and exit code. What needs a process of
 * its own, such as a signal, is not for it.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { Readable } from "node:stream";
import { rainhooks } from "@rainhooks/app-cli/program";
import { fail } from "@rainhooks/stage/commands/exit";

/** What a test asks for. */
export interface CommandRequest {
  readonly id: number;
  readonly args: readonly string[];
  readonly input: string;
  /** Variables besides those of this process; `undefined` removes one. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What a command did. */
export interface CommandResponse {
  readonly id: number;
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** What a command sees of its process. */
interface Run {
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: Readable;
  out: string;
  err: string;
  exitCode: number | undefined;
}

/** Thrown in place of the end of the process. */
class Exit extends Error {}

const runs = new AsyncLocalStorage<Run>();
const real = process;
const endProcess = real.exit.bind(real);

capture("stdout", "out");
capture("stderr", "err");
const { env, stdin } = real;
Object.defineProperties(real, {
  env: { get: () => runs.getStore()?.env ?? env },
  stdin: { get: () => runs.getStore()?.stdin ?? stdin },
  exit: { value: exit },
});
// The exit code of a process cannot be defined anew.
globalThis.process = new Proxy(real, {
  get: (target, key) => {
    const run = runs.getStore();
    return key === "exitCode" && run !== undefined
      ? run.exitCode
      : Reflect.get(target, key, target);
  },
  set: (target, key, value) => {
    const run = runs.getStore();
    if (key !== "exitCode" || run === undefined) return Reflect.set(target, key, value, target);
    run.exitCode = value;
    return true;
  },
});

/** Gives each command what it writes to a stream. */
function capture(stream: "stdout" | "stderr", field: "out" | "err"): void {
  const write = real[stream].write.bind(real[stream]);
  // Commands see no terminal, wherever the tests run.
  Object.defineProperty(real[stream], "isTTY", { value: false });
  real[stream].write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
    const done = rest.find((one) => typeof one === "function");
    const run = runs.getStore();
    if (run === undefined) return write(chunk);
    run[field] += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
    if (done !== undefined) setImmediate(done as () => void);
    return true;
  };
}

function exit(code?: number): never {
  const run = runs.getStore();
  if (run === undefined) return endProcess(code);
  if (code !== undefined) run.exitCode = code;
  throw new Exit();
}

async function execute({ id, args, input, environment }: CommandRequest): Promise<CommandResponse> {
  const run: Run = {
    env: { ...env, ...environment },
    stdin: Readable.from(input === "" ? [] : [Buffer.from(input)]),
    out: "",
    err: "",
    exitCode: undefined,
  };
  for (const [name, value] of Object.entries(environment))
    if (value === undefined) delete run.env[name];
  await runs.run(run, async () => {
    try {
      await (await rainhooks(args[0])).parseAsync([...args], { from: "user" });
    } catch (error) {
      if (!(error instanceof Exit)) fail(error);
    }
  });
  return { id, code: run.exitCode ?? 0, out: run.out.trim(), err: run.err.trim() };
}

// Commands that end at a signal each leave a listener.
real.setMaxListeners(0);
real.on("message", (request: CommandRequest) => {
  execute(request).then((response) => real.send?.(response));
});
real.on("disconnect", () => real.exit());
real.send?.("ready");
