import { createServer, type ServerOptions } from "node:https";
import { describe, expect, it } from "@jest/globals";
import { DAY_MS } from "@rainhooks/core/durations";
import { selfSignedCertificate } from "@rainhooks/testing/certificate";
import { listenOnLoopback } from "@rainhooks/testing/listen";
import { formatSecrets, parseSecrets } from "../secrets/parse.ts";
import type { TlsSecrets } from "../secrets/secrets.ts";
import { certificateEndMs } from "../secrets/tls.ts";
import { useReceivers } from "../testing/receivers.ts";
import { alertTo } from "../testing/samples.ts";

const { stops, senderWith } = useReceivers();

const END = new Date(Math.ceil(Date.now() / 1000) * 1000 + DAY_MS);
const newPair = (name: string) => selfSignedCertificate(name, new Date(Date.now() - DAY_MS), END);
const SERVER = newPair("localhost");
const CLIENT = newPair("stage");
const RENEWED = newPair("stage-renewed");
const STRANGER = newPair("stranger");

const tlsOf = (
  { cert, key }: { readonly cert: string; readonly key: string },
  ca = SERVER.cert,
): TlsSecrets => ({
  ...{ certificate: cert, key, ca },
});

/** A receiver that lets in only who has one of some certificates. */
async function startGuarded(...clients: readonly string[]): Promise<{ url: string; seen: string[] }> {
  const seen: string[] = [];
  const options: ServerOptions = { ...SERVER, requestCert: true, rejectUnauthorized: true, ca: [...clients] };
  const server = createServer(options, (request, response) => {
    seen.push(String(request.headers["webhook-id"]));
    response.writeHead(204).end();
  });
  const url = await listenOnLoopback(server);
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: url.replace("http://127.0.0.1", "https://localhost"), seen };
}

describe("a client certificate", () => {
  it("a client certificate identifies the stage to a receiver, also after it was renewed", async () => {
    const { url, seen } = await startGuarded(CLIENT.cert, RENEWED.cert);
    const sender = senderWith();
    for (const pair of [CLIENT, RENEWED]) {
      const { outcome } = await sender.sendOnce(alertTo(url, { secrets: { tls: tlsOf(pair) } }));
      expect(outcome).toEqual({ kind: "delivered" });
    }
    expect(seen).toHaveLength(2);
  });

  it("a client certificate is required, and must be one that the receiver knows", async () => {
    const { url, seen } = await startGuarded(CLIENT.cert);
    for (const tls of [{ ca: SERVER.cert }, tlsOf(STRANGER)]) {
      const sent = await senderWith().sendOnce(alertTo(url, { secrets: { tls } }));
      expect(sent.outcome.kind).toBe("failed");
      expect(JSON.stringify(sent)).not.toContain("PRIVATE");
    }
    expect(seen).toEqual([]);
  });

  it("a client certificate of one destination is not shown to another with the same receiver", async () => {
    const { url, seen } = await startGuarded(CLIENT.cert);
    const sender = senderWith();
    await sender.sendOnce(alertTo(url, { secrets: { tls: tlsOf(CLIENT) } }));
    const other = alertTo(url, { settings: { id: "other" }, secrets: { tls: { ca: SERVER.cert } } });
    expect((await sender.sendOnce(other)).outcome.kind).toBe("failed");
    expect(seen).toHaveLength(1);
  });
});

describe("an authority of one's own", () => {
  it("an authority of one's own is trusted instead of the public ones", async () => {
    const { url, seen } = await startGuarded(CLIENT.cert);
    const sent = await senderWith().sendOnce(
      alertTo(url, { secrets: { tls: tlsOf(CLIENT, STRANGER.cert) } }),
    );
    expect(sent.outcome).toMatchObject({ kind: "failed", reason: expect.stringMatching(/certificate/) });
    expect(seen).toEqual([]);
  });
});

describe("certificates and keys as secrets", () => {
  it("certificates are accepted for https: only", () => {
    const secrets = { ...alertTo("http://crm.example.com").secrets, tls: tlsOf(CLIENT) };
    expect(() => formatSecrets(secrets)).toThrow("tls needs an https: URL.");
  });

  const secretsWith = (tls: object) => JSON.stringify({ ...alertTo("https://crm.example.com").secrets, tls });

  it("certificates are parsed, with the time at which they expire", () => {
    const { tls = {} } = parseSecrets(secretsWith(tlsOf(CLIENT)));
    expect(certificateEndMs(tls)).toBe(END.getTime());
    expect(certificateEndMs({ ca: SERVER.cert })).toBeUndefined();
  });

  it.each([
    [{ certificate: CLIENT.cert }, "tls has either both certificate and key, or none of them."],
    [{ key: CLIENT.key }, "tls has either both"],
    [{ certificate: "hidden", key: CLIENT.key }, "tls.certificate must be a certificate in PEM."],
    [
      { certificate: CLIENT.cert, key: "hidden" },
      "tls.key must be a private key without a passphrase in PEM.",
    ],
    [{ certificate: CLIENT.cert, key: STRANGER.key }, "tls.key is not the key of the certificate."],
    [{ ca: "hidden" }, "tls.ca must be a certificate in PEM."],
    [{ hidden: 1 }, "tls has only certificate, key, ca."],
  ])("certificates and keys are refused if they do not fit: %#", (tls, message) => {
    const refused = () => parseSecrets(secretsWith(tls));
    expect(refused).toThrow(message);
    expect(refused).not.toThrow("hidden");
  });
});
