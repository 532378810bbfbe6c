import { PAGES } from "@rainhooks/app-list/pages";
import { Bars, sumOf } from "@rainhooks/page/bars.jsx";
import { type Column, Table } from "@rainhooks/page/table.jsx";
import { durationText, timeText } from "@rainhooks/page/time";
import type { FunctionAnswer } from "@rainhooks/stage/routes/answers";
import { COUNTED, OUTCOMES } from "@rainhooks/stage/routes/bins";
import type { ActivityAnswer } from "../../serve/activity/activity.ts";

const LETTERS = PAGES.flatMap(({ deadLetters }) => deadLetters ?? []);

interface Props {
  readonly of: readonly FunctionAnswer[];
  /** What they did; `undefined` until it is known. */
  readonly activity: ActivityAnswer | undefined;
}

/** The webhooks and workers, one a row, with what became of their records: its sum is what they received. */
export function Functions({ of, activity }: Props) {
  return (
    <Table
      label="Functions"
      columns={columnsOf(activity)}
      rows={of}
      keyOf={({ name }) => name}
      detail={({ name }) => (
        <section aria-label={name}>
          {activity !== undefined && <Activity name={name} of={activity} />}
          {LETTERS.map((Letters) => (
            <Letters key={Letters.name} webhook={name} />
          ))}
        </section>
      )}
      empty="The stage has no functions."
    />
  );
}

function columnsOf(activity: ActivityAnswer | undefined): readonly Column<FunctionAnswer>[] {
  const sums = (name: string, what: (typeof COUNTED)[number]) => {
    const own = activity?.webhooks[name];
    return own === undefined ? undefined : sumOf(own.counts[what]);
  };
  return [
    { name: "name", title: "Function", cell: ({ name }) => name, order: ({ name }) => name },
    {
      ...{ name: "waiting", title: "Waiting", kind: "number", order: ({ waiting }) => waiting },
      cell: (one) => waitingText(one, activity),
    },
    {
      ...{ name: "letters", title: "Dead letters", kind: "number", order: ({ deadLetters }) => deadLetters },
      cell: ({ deadLetters }) => (
        <span class={deadLetters > 0 ? "bad" : "none"}>{deadLetters.toLocaleString("en")}</span>
      ),
    },
    ...COUNTED.map(
      (what): Column<FunctionAnswer> => ({
        ...{ name: what.toLowerCase(), title: what, kind: "number", order: ({ name }) => sums(name, what) },
        cell: ({ name }) => {
          const sum = sums(name, what);
          return <span class={sum ? "" : "none"}>{sum?.toLocaleString("en") ?? "–"}</span>;
        },
      }),
    ),
  ];
}

function waitingText(
  { name, waiting, paused }: FunctionAnswer,
  activity: ActivityAnswer | undefined,
): string {
  const { oldestS } = activity?.webhooks[name] ?? {};
  const text = waiting.toLocaleString("en");
  const oldest = waiting > 0 && oldestS !== undefined ? `, for ${durationText(oldestS * 1000)}` : "";
  return `${paused === true ? "paused: " : ""}${text}${oldest}`;
}

/** What a webhook did over time. */
function Activity({ name, of }: { readonly name: string; readonly of: ActivityAnswer }) {
  const own = of.webhooks[name];
  if (own === undefined) return null;
  const since = own.sinceMs !== undefined && own.sinceMs > of.fromMs ? ` since ${timeText(own.sinceMs)}` : "";
  if (sumOf(own.counts.Received) === 0) return <p class="note">Nothing received{since}.</p>;
  const drawn = Object.fromEntries(OUTCOMES.map((what) => [what.toLowerCase(), own.counts[what]]));
  return (
    <>
      {since !== "" && <p class="note">Counted{since}</p>}
      <Bars name={name} bins={of} drawn={drawn} />
    </>
  );
}
