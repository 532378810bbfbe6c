import { destinationText } from "./destination.ts";
import { holdBack } from "./hold-back.ts";

/*
 * Loaded into the process of a function, and into its worker threads, before its bundle: holds back what
 * would leave this machine, and logs each attempt.
 */

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

/** A line of a function's log about something that would have left this machine. */
interface HeldBackLine {
  readonly level: "warn";
  readonly time: string;
  readonly message: string;
  /** Host and port; only a host for a lookup of its name. */
  readonly heldBack: string;
}

/** Maximum length of a host with its port: host names have up to 253 characters. */
const MAX_LENGTH = 260;

/** Returns the text for a destination that was held back. */
function heldBackMessage(destination: string): string {
  return `Held back: the local stage does not connect to ${destination.slice(0, MAX_LENGTH)}. "npm start -- --allow-outside" allows it.`;
}
