import { Signal } from "./signal.ts";
import { Text } from "./text.tsx";
import { inZone } from "./time.ts";

const [SHOWN_MS, MAX_SHOWN] = [6000, 3];

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
export function say(answer: unknown, action: string): void {
  if (typeof answer === "object" && answer !== null && "jobEnd" in answer) return;
  const hasText = typeof answer === "object" && answer !== null && "text" in answer;
  const text = hasText ? answer.text : answer;
  if (typeof text === "string" && text !== "") toast(text.split("\n")[0] ?? "");
  else if (typeof answer !== "object" || Object.keys(answer ?? {}).length > 0) toast(`${action}: done.`);
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
