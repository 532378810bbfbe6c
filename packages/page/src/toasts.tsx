import { Signal } from "./signal.ts";
import { Text } from "./text.tsx";
import { inZone } from "./time.ts";

const SHOWN_MS = 6000;
const MAX_SHOWN = 3;

const toasts = new Signal<readonly { readonly text: string }[]>([]);

/** Says what came of an action, for some seconds. */
export function toast(text: string): void {
  const one = { text };
  toasts.value = [...toasts.value, one].slice(-MAX_SHOWN);
  setTimeout(() => {
    toasts.value = toasts.value.filter((other) => other !== one);
  }, SHOWN_MS);
}

/** Says what came of an action by its response; nothing of one that is a job, whose end is said. */
export function say(result: unknown, action: string): void {
  if (typeof result === "object" && result !== null && "job" in result) return;
  const hasText = typeof result === "object" && result !== null && "text" in result;
  const text = hasText ? result.text : result;
  if (typeof text === "string" && text !== "") toast(text.split("\n")[0] ?? "");
  else if (typeof result !== "object" || Object.keys(result ?? {}).length > 0)
    toast(`${action}: done.`);
}

/** Copies a text, if the browser lets the page. */
export async function copyText(text: string, done: string): Promise<void> {
  await navigator.clipboard.writeText(text).then(
    () => toast(done),
    () => toast("The browser does not let the page copy."),
  );
}

/** What was done last; it is read aloud. */
export function Toasts() {
  return (
    <output class="toasts">
      {toasts.value.map(({ text }, index) => (
        <Text key={index} of={inZone(text)} max={200} />
      ))}
    </output>
  );
}
