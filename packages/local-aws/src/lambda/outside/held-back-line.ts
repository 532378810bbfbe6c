/** A line of a function's log about something that would have left this machine. */
export interface HeldBackLine {
  readonly level: "warn";
  readonly time: string;
  readonly message: string;
  /** Host and port; only a host for a lookup of its name. */
  readonly heldBack: string;
}

/** Maximum length of a host with its port: host names have up to 253 characters. */
const MAX_LENGTH = 260;

/** Returns the text for a destination that was held back. */
export function heldBackMessage(destination: string): string {
  return `Held back: the local stage does not connect to ${destination.slice(0, MAX_LENGTH)}. "npm start -- --allow-outside" allows it.`;
}
