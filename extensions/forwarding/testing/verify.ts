/** What a signature is about. */
export interface SignatureInput {
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * Verifies a signature as the specification of Standard Webhooks says, with Web Crypto. It shares no code
 * with the implementation that signs.
 *
 * @param secret `whsec_` and the key in base64.
 */
export async function isSigned({ body, headers }: SignatureInput, secret: string): Promise<boolean> {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures = "" } = headers;
  const bytes = Uint8Array.from(atob(secret.replace(/^whsec_/, "")), (letter) => letter.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, [
    "verify",
  ]);
  const content = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  const verified = String(signatures)
    .split(" ")
    .filter((signature) => signature.startsWith("v1,"))
    .map((signature) => {
      const given = Uint8Array.from(atob(signature.slice("v1,".length)), (letter) => letter.charCodeAt(0));
      return crypto.subtle.verify("HMAC", key, given, content);
    });
  return (await Promise.all(verified)).includes(true);
}
