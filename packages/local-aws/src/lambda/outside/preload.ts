/*
 * Loaded into the process of a function, and into its worker threads, before its bundle: holds back what would leave this machine, and
 * logs each attempt.
 */
import { destinationText } from "./destination.ts";
import { type HeldBackLine, heldBackMessage } from "./held-back-line.ts";
import { holdBack } from "./hold-back.ts";

const endpoint = process.env["AWS_ENDPOINT_URL"] ?? "";
const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;

holdBack({
  allowed:
    url === undefined
      ? undefined
      : {
          host: url.hostname.replace(/^\[|\]$/g, ""),
          port: Number(url.port || (url.protocol === "https:" ? 443 : 80)),
        },
  onHeldBack: (destination) => {
    const heldBack = destinationText(destination);
    const line: HeldBackLine = {
      level: "warn",
      time: new Date().toISOString(),
      message: heldBackMessage(heldBack),
      heldBack,
    };
    console.error(JSON.stringify(line));
  },
});
