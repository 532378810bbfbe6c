import { STAGE_TASKS } from "../commands/usage.mjs";

/** Name of the root package of a clone, which npm gives to the scripts that it runs there. */
const CLONE = "rainhooks-workspace";

/**
 * Returns how the user of this process runs the program: through npm or pnpm in a clone, through
 * npm in a project that has it installed, or by its name.
 */
export function programAsTyped(env: NodeJS.ProcessEnv = process.env): string {
  const { npm_package_name: name, npm_config_user_agent: agent } = env;
  if (name !== CLONE) return agent === undefined ? "rainhooks" : "npx rainhooks";
  return agent?.startsWith("pnpm/") ? "pnpm -s rainhooks" : "npm run -s rainhooks --";
}

/** Returns how the user of this process starts a stage with options. */
export function startAsTyped(env: NodeJS.ProcessEnv = process.env): string {
  return env["npm_package_name"] === CLONE ? "npm start --" : `${programAsTyped(env)} start`;
}

/**
 * Returns a text with its commands as the user of this process types them. The texts of the program
 * call it `rainhooks`.
 */
export function asTyped(text: string, env: NodeJS.ProcessEnv = process.env): string {
  const name = programAsTyped(env);
  const ofTask = env["npm_package_name"] === CLONE ? "npm run -s" : name;
  return text.replaceAll(
    /(?<=^|[\s"(])(?<!npx )rainhooks(?= ([[<a-z][a-z-]*))/gm,
    (_, word: string) => (Object.hasOwn(STAGE_TASKS, word) ? ofTask : name),
  );
}
