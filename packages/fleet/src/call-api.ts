import { RainhooksError } from "@rainhooks/core";

/**
 * Calls RainMaker's API with a user's token, for calls that `RainmakerClient` does not have.
 *
 * @throws {RainhooksError} `rainmaker-refused` with RainMaker's response.
 */
export async function callApi(
  baseUrl: string,
  token: string,
  method: string,
  path: string,
  body?: object,
): Promise<Record<string, string>> {
  const response = await fetch(`${baseUrl}/v1${path}`, {
    method,
    headers: { authorization: token, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const content = (await response.json()) as Record<string, string>;
  if (response.ok) return content;
  throw new RainhooksError("rainmaker-refused", `${method} ${path}: ${JSON.stringify(content)}`);
}
