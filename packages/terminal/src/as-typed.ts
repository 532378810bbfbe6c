/** Name of the root package of a clone, which npm gives to the scripts that it runs there. */
const CLONE = "rainhooks-workspace";

/** Returns how the user of this process runs the program: through npm or pnpm in a clone, or by its name. */
export function programAsTyped(env: NodeJS.ProcessEnv = process.env): string {
  const { npm_package_name: name, npm_config_user_agent: agent } = env;
  if (name !== CLONE) return "rainhooks";
  return agent?.startsWith("pnpm/") ? "pnpm -s rainhooks" : "npm run -s rainhooks --";
}

/** Returns a text with its commands as the user of this process types them. The texts of the program call it `rainhooks`. */
export function asTyped(text: string, env: NodeJS.ProcessEnv = process.env): string {
  const name = programAsTyped(env);
  return text.replaceAll(/(?<=^|[\s"(])rainhooks(?= [[<a-z])/gm, () => name);
}
