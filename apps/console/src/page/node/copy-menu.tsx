import { useState } from "preact/hooks";
import { stage } from "../shared/stage.ts";
import { commandText, csvText, requestText } from "./copy-text.ts";
import type { Asked, Values } from "./values.ts";

interface Props {
  readonly node: string;
  readonly asked: Asked;
  readonly values: Values;
  readonly image: () => Promise<Blob | null>;
}

const SHOWN_MS = 1500;

/** Copies what a chart shows: as CSV, as a picture, as the command or the request that returns the same. */
export function CopyMenu({ node, asked, values, image }: Props) {
  const [done, setDone] = useState<string>();
  const copy = async (name: string, write: () => Promise<unknown>) => {
    setDone(
      await write().then(
        () => name,
        () => `not ${name}`,
      ),
    );
    setTimeout(() => setDone(undefined), SHOWN_MS);
  };
  const text = (of: () => string) => () => navigator.clipboard.writeText(of());
  const picture = async () => {
    const blob = await image();
    if (blob === null) throw new Error("There is no chart.");
    await navigator.clipboard.write([new ClipboardItem({ [blob.type]: blob })]);
  };
  const ways = [
    ["CSV", text(() => csvText(values))],
    ["PNG", picture],
    ["CLI", text(() => commandText(node, asked, stage.value))],
    ["API", text(() => requestText(node, asked, stage.value))],
  ] as const;
  return (
    <span class="copy">
      <span role="status">{done === undefined ? "Copy" : `${done} copied`}</span>
      {ways.map(([name, write]) => (
        <button
          key={name}
          type="button"
          onClick={() => void copy(name, write)}
          aria-label={`Copy as ${name}`}
        >
          {name}
        </button>
      ))}
    </span>
  );
}
