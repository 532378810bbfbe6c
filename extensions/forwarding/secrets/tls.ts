import { createPrivateKey, X509Certificate } from "node:crypto";
import { isJsonObject } from "@rainhooks/core/json";
import type { Mistake } from "@rainhooks/core/mistake";
import type { TlsSecrets } from "./secrets.ts";

const FIELDS = ["certificate", "key", "ca"] as const;

/** Returns the mistakes in certificates and a key. No message contains a part of them. */
export function tlsMistakes(value: unknown): Mistake[] {
  if (!isJsonObject(value)) return [{ field: "tls", problem: "must be an object." }];
  const { certificate, key, ca } = value;
  const unknown = Object.keys(value).filter((name) => !FIELDS.some((one) => one === name));
  if (unknown.length > 0) return [{ field: "tls", problem: `has only ${FIELDS.join(", ")}.` }];
  if ((certificate === undefined) !== (key === undefined))
    return [{ field: "tls", problem: "has either both certificate and key, or none of them." }];
  return [
    ...(ca === undefined || readCertificate(ca) !== undefined ? [] : [notPem("tls.ca", "a certificate")]),
    ...(certificate === undefined ? [] : pairMistakes(certificate, key)),
  ];
}

function pairMistakes(certificate: unknown, key: unknown): Mistake[] {
  const [read, secret] = [readCertificate(certificate), readKey(key)];
  if (read === undefined) return [notPem("tls.certificate", "a certificate")];
  if (secret === undefined) return [notPem("tls.key", "a private key without a passphrase")];
  return read.checkPrivateKey(secret)
    ? []
    : [{ field: "tls.key", problem: "is not the key of the certificate." }];
}

function notPem(field: string, what: string): Mistake {
  return { field, problem: `must be ${what} in PEM. What was given is not shown here.` };
}

function readCertificate(pem: unknown): X509Certificate | undefined {
  try {
    return typeof pem === "string" ? new X509Certificate(pem) : undefined;
  } catch {
    return undefined;
  }
}

function readKey(pem: unknown) {
  try {
    return typeof pem === "string" ? createPrivateKey(pem) : undefined;
  } catch {
    return undefined;
  }
}

/** Returns when a certificate ends, epoch milliseconds; `undefined` if there is none. */
export function certificateEndMs({ certificate }: TlsSecrets): number | undefined {
  const read = readCertificate(certificate);
  return read === undefined ? undefined : Date.parse(read.validTo);
}
