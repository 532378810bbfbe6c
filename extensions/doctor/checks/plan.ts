import { type ExecFileException, execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { countText } from "@rainhooks/core/count-text";
import { MINUTE_MS } from "@rainhooks/core/durations";
import { isJsonObject, type JsonObject, tryParseJson } from "@rainhooks/core/json";
import { type Check, type Finding, notChecked, ok, wrong } from "../check.ts";

const DENIED = /AccessDenied|Unauthorized|not authorized|StatusCode: 403/i;

/** What Terraform has made is as it has made it. */
export const plan: Check = {
  name: "terraform",
  page: "first-deployment.md#terraform",
  needs: {},
  notLocal: "the local stage is not made by Terraform",
  run: async ({ stage: { outputs, profile }, prefix, signal }) => {
    const folder = stackFolder(prefix.slice(0, -1));
    if (!IS_OWN || !existsSync(join(folder, ".terraform"))) {
      const typed = `terraform -chdir=${folder}`;
      const commands = `rainhooks synth, then ${typed} init, then ${typed} plan -lock=false`;
      return [notChecked(`the state of Terraform is not at hand here. Where it is: ${commands}`)];
    }
    const env = profile === undefined ? process.env : { ...process.env, AWS_PROFILE: profile };
    const finding = await planOf(folder, env, signal);
    signal?.throwIfAborted();
    if (finding.outcome !== "not-checked" || !DENIED.test(finding.text)) return [finding];
    return [
      notChecked(
        `${finding.text}. Who plans needs the policy of: rainhooks plan-policy ${outputs.stage}`,
      ),
    ];
  },
};

/**
 * Whether this program is of the project in whose folder it was called: Terraform runs the
 * providers that it finds there.
 */
const IS_OWN = import.meta.dirname.startsWith(`${process.cwd()}${sep}`);

function stackFolder(stack: string): string {
  return join(existsSync("infra/cdktf.json") ? "infra" : "", "cdktf.out/stacks", stack);
}

const MAX_MINUTES = 5;
const LIMITS = { timeout: MAX_MINUTES * MINUTE_MS, maxBuffer: 16 * 1024 * 1024 };
const MAX_TEXT = 300;
/** Without a lock, it neither waits for others nor needs to write. */
const PLAN = ["plan", "-json", "-detailed-exitcode", "-input=false", "-lock=false"];

/** Lets Terraform plan in the folder of a stack, and returns what it says in short. */
export async function planOf(
  folder: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<Finding> {
  // As cdktf names another one, such as tofu.
  const program = env["TERRAFORM_BINARY_NAME"] ?? "terraform";
  const args = [`-chdir=${resolve(folder)}`, ...PLAN];
  const { error, stdout } = await new Promise<{ error: ExecFileException | null; stdout: string }>(
    (done) =>
      execFile(program, args, { env, signal, ...LIMITS }, (failure, text) =>
        done({ error: failure, stdout: text }),
      ),
  );
  if (error?.code === "ENOENT") return notChecked(`${program} is not installed here`);
  const messages = stdout
    .split("\n")
    .map((line) => tryParseJson(line))
    .filter(isJsonObject);
  if (error === null || error.code === 2)
    return planned(messages, `${program} -chdir=${folder} plan`);
  const late =
    error.killed === true ? `it takes longer than ${MAX_MINUTES} minutes` : error.message;
  const failure = messages.find((one) => one["@level"] === "error")?.["@message"] ?? late;
  return notChecked(
    `${program} does not plan: ${String(failure).replaceAll(/\s+/g, " ").slice(0, MAX_TEXT)}`,
  );
}

const MAX_SHOWN = 10;

/** Source of the messages: Terraform's documentation, "Machine-readable UI". */
function planned(messages: readonly JsonObject[], typed: string): Finding {
  if (!messages.some(({ type }) => type === "refresh_complete"))
    return notChecked(`the state that ${typed} reads has nothing of the stage`);
  const changes = messages.flatMap(({ type, change }) => {
    const { action = "", resource = {} } = isJsonObject(change) ? change : {};
    if (type !== "planned_change" || action === "read" || !isJsonObject(resource)) return [];
    return [`${String(action)} ${String(resource["addr"])}`];
  });
  if (changes.length === 0) return ok("a plan of Terraform changes nothing");
  const rest = changes.length > MAX_SHOWN ? `, and ${changes.length - MAX_SHOWN} more` : "";
  const shown = `${changes.slice(0, MAX_SHOWN).join(", ")}${rest}`;
  const text = `a plan of Terraform changes ${countText(changes.length, "resource")}: ${shown}`;
  return wrong(
    text,
    `Somebody has changed them, or the configuration is newer: look at ${typed}, and apply it.`,
  );
}
