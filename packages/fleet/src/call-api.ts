import { RainhooksError } from "@rainhooks/core";

/**
 * Calls RainMaker's API as somebody who is logged in, beyond what its client for webhooks has.
 *
 * @throws {RainhooksError} `rainmaker-refused` with RainMaker's answer.
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
  const answer = (await response.json()) as Record<string, string>;
  if (response.ok) return answer;
  throw new RainhooksError("rainmaker-refused", `${method} ${path}: ${JSON.stringify(answer)}`);
}
