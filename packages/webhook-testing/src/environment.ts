/**
 * Gives this process the environment of a function: these variables, and none of AWS besides, which could
 * lead to a real account.
 *
 * @returns A function that brings the earlier environment back.
 */
export function setEnvironment(variables: Readonly<Record<string, string>>): () => void {
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
  Object.assign(process.env, variables);
  return () => {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, before);
  };
}
