import { spawn, spawnSync } from "node:child_process";
import { MissingPrerequisite } from "./prerequisite.ts";

/**
 * Finds Terraform or OpenTofu on the PATH.
 *
 * @throws {MissingPrerequisite} if there is neither.
 */
export function findTerraform(): string {
  const found = ["terraform", "tofu"].find(
    (name) => spawnSync(name, ["version"], { stdio: "ignore" }).status === 0,
  );
  if (found !== undefined) return found;
  throw new MissingPrerequisite(
    "Neither terraform (1.10 or newer) nor tofu was found on the PATH. Install one of them and try again.",
  );
}

/**
 * Variables that would point Terraform at something else than the emulator, or change what its commands do.
 */
const LEFT_OUT =
  /^(AWS_.*|TF_CLI_ARGS.*|TF_DATA_DIR|TF_WORKSPACE|TF_VAR_.*|https?_proxy|HTTPS?_PROXY|all_proxy|ALL_PROXY)$/;

/** Returns the environment in which Terraform, and every AWS client in it, knows only the emulator. */
export function emulatorEnvironment(env: NodeJS.ProcessEnv, endpoint: string): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !LEFT_OUT.test(name));
  return {
    ...Object.fromEntries(kept),
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_EC2_METADATA_DISABLED: "true",
    CHECKPOINT_DISABLE: "1",
    TF_IN_AUTOMATION: "1",
  };
}

/** Options of {@link runTerraform}. */
export interface TerraformOptions {
  readonly command: string;
  /** Folder of the stack. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Asks Terraform to stop: it ends the running steps, saves its state, and exits. */
  readonly signal: AbortSignal;
  readonly print: (text: string) => void;
}

/**
 * Runs a command of Terraform.
 *
 * @throws {Error} if its exit code is not 0.
 */
export function runTerraform(args: readonly string[], options: TerraformOptions): Promise<void> {
  const { command, cwd, env, signal, print } = options;
  print(`$ ${command} ${args.join(" ")}`);
  // In a process group of its own, because Ctrl-C reaches the whole group: destroying must not end with it.
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "inherit", "inherit"], detached: true });
  const stop = () => child.kill("SIGINT");
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => {
      signal.removeEventListener("abort", stop);
      if (code === 0) resolve();
      else reject(new Error(`${command} ${args[0]} ended with exit code ${code}.`));
    });
  });
}
