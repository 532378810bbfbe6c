import { useState } from "preact/hooks";
import { stage } from "../stage.ts";
import { commandText, csvName, csvText, requestText } from "./copy-text.ts";
import { readPoints, type SeriesParams, type Values } from "./values.ts";

interface Props {
  readonly node: string;
  readonly asked: SeriesParams;
  readonly values: Values;
  /** A picture of the chart; absent if it is none. */
  readonly image: (() => Promise<Blob | null>) | undefined;
}

const SHOWN_MS = 3000;

/**
 * Gives away what a chart shows: as a file of CSV, as a picture, as the command or the request that returns
 * the same.
 */
export function CopyMenu({ node, asked, values, image }: Props) {
  const [done, setDone] = useState<string>();
  const say = async (well: string, badly: string, work: () => Promise<unknown>) => {
    setDone(
      await work().then(
        () => well,
        (error: unknown) => `${badly}: ${error instanceof Error ? error.message : String(error)}`,
      ),
    );
    setTimeout(() => setDone(undefined), SHOWN_MS);
  };
  const save = (read: () => Promise<Values>) =>
    say("saved", "not saved", async () => {
      const found = await read();
      download(csvName(found), csvText(found));
    });
  const text = (of: () => string) => () => navigator.clipboard.writeText(of());
  const picture = (image: NonNullable<Props["image"]>) => async () => {
    const blob = await image();
    if (blob === null) throw new Error("There is no chart.");
    await navigator.clipboard.write([new ClipboardItem({ [blob.type]: blob })]);
  };
  const ways = [
    ...(image === undefined ? [] : ([["PNG", picture(image)]] as const)),
    ["CLI", text(() => commandText(node, asked, stage.value))],
    ["API", text(() => requestText(node, asked, stage.value))],
  ] as const;
  return (
    <span class="copy">
      <span role="status">{done ?? "Save"}</span>
      <button type="button" onClick={() => void save(async () => values)} aria-label="Save as CSV">
        CSV
      </button>
      {asked["aggregate"] !== undefined && (
        <button
          type="button"
          onClick={() => void save(() => readPoints(node, asked))}
          aria-label="Save all points as CSV"
        >
          CSV of all points
        </button>
      )}
      <span>Copy</span>
      {ways.map(([name, write]) => (
        <button
          key={name}
          type="button"
          onClick={() => void say(`${name} copied`, `${name} not copied`, write)}
          aria-label={`Copy as ${name}`}
        >
          {name}
        </button>
      ))}
    </span>
  );
}

/** Saves a text as a file of the browser. */
function download(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
