import { stage } from "../stage.ts";
import { toast } from "../toasts.tsx";
import { commandText, csvName, csvText } from "./copy-text.ts";
import { readPoints, type SeriesParams, type Values } from "./values.ts";

interface Props {
  readonly node: string;
  readonly asked: SeriesParams;
  readonly values: Values;
}

/** Gives away what a chart shows: as a file of CSV, or as the command that returns the same. */
export function CopyMenu({ node, asked, values }: Props) {
  const say = (done: string, work: () => Promise<unknown>) => () =>
    void work().then(
      () => toast(done),
      (error: unknown) => toast(error instanceof Error ? error.message : String(error)),
    );
  const save = (read: () => Promise<Values>) =>
    say("CSV saved", async () => {
      const found = await read();
      download(csvName(found), csvText(found));
    });
  const copy = () => navigator.clipboard.writeText(commandText(node, asked, stage.value));
  return (
    <span class="copy">
      <button type="button" onClick={save(async () => values)} aria-label="Save as CSV">
        CSV
      </button>
      {asked["aggregate"] !== undefined && (
        <button
          type="button"
          onClick={save(() => readPoints(node, asked))}
          aria-label="Save all points as CSV"
        >
          CSV of all points
        </button>
      )}
      <button type="button" onClick={say("CLI copied", copy)} aria-label="Copy as CLI">
        CLI
      </button>
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
