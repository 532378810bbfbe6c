import { PAGES } from "@rainhooks/app-list/pages";
import { address, setParams } from "@rainhooks/page/address";
import { stage } from "@rainhooks/page/api";
import { Bars, sumOf } from "@rainhooks/page/bars.jsx";
import { Await, Failure, PageTitle, Select } from "@rainhooks/page/layout.jsx";
import { useGet } from "@rainhooks/page/live";
import { type Column, countColumn, Table } from "@rainhooks/page/table.jsx";
import { durationText, timeText } from "@rainhooks/page/time";
import { ACTIVITY_RANGES, COUNTED, OUTCOMES } from "@rainhooks/stage/routes/bins";
import type { FunctionFacts, WebhooksResponse } from "@rainhooks/stage/routes/responses";
import type { ActivityResult } from "../../serve/activity/activity.ts";

const EVERY_MS = 5000;
/** CloudWatch is paid for each metric that is read. */
const METRICS_EVERY_MS = 60_000;

const SECTIONS = PAGES.flatMap(({ webhooks }) => webhooks ?? []);
const LETTERS = PAGES.flatMap(({ deadLetters }) => deadLetters ?? []);

/** The webhooks and workers of the stage, and what extensions do with them. */
export function WebhooksPage() {
  const webhooks = useGet<WebhooksResponse>("/console/webhooks", {}, EVERY_MS);
  const { range = ACTIVITY_RANGES[0] } = address.value.params;
  const isDeployed = () => stage.value?.isLocal === false;
  const everyMs = () => (isDeployed() ? METRICS_EVERY_MS : EVERY_MS);
  const { result: activity, failure } = useGet<ActivityResult>(
    "/console/activity",
    { range },
    everyMs,
  );
  // With their counts, rows are higher on a phone: what is below would move.
  const isCounted = (activity ?? failure) !== undefined;
  return (
    <>
      <PageTitle title="Webhooks" />
      <p class="filters">
        <Select
          name="Time"
          value={range}
          of={ACTIVITY_RANGES}
          onChange={(name) => setParams({ range: name === ACTIVITY_RANGES[0] ? "" : name })}
        />
        <span class="note">
          {activity !== undefined && `${timeText(activity.fromMs)} to now, `}
          {isDeployed()
            ? "counts and ages from CloudWatch, a few minutes late"
            : "counts from the logs of the functions"}
        </span>
      </p>
      {failure !== undefined && <Failure of={failure} />}
      <Await of={isCounted ? webhooks : { failure: webhooks.failure }} lines={16}>
        {(result) => (
          <>
            <section class="card" aria-label="Functions">
              <Functions of={result.webhooks} activity={activity} />
            </section>
            {SECTIONS.map((Section) => (
              <Section key={Section.name} of={result} />
            ))}
          </>
        )}
      </Await>
    </>
  );
}

interface Props {
  readonly of: readonly FunctionFacts[];
  /** What they did; `undefined` until it is known. */
  readonly activity: ActivityResult | undefined;
}

/**
 * The webhooks and workers, one a row, with what became of their records: its sum is what they
 * received.
 */
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

function columnsOf(activity: ActivityResult | undefined): readonly Column<FunctionFacts>[] {
  const sums = (name: string, what: (typeof COUNTED)[number]) => {
    const counted = activity?.webhooks[name]?.counts[what];
    return counted === undefined ? undefined : sumOf(counted);
  };
  return [
    { title: "Function", cell: ({ name }) => name, order: ({ name }) => name },
    countColumn("Waiting", ({ waiting }) => waiting, { cell: (one) => waitingText(one, activity) }),
    countColumn("Dead letters", ({ deadLetters }) => deadLetters, { isBad: true }),
    ...COUNTED.map(
      (what): Column<FunctionFacts> => countColumn(what, ({ name }) => sums(name, what)),
    ),
  ];
}

function waitingText(
  { name, waiting, paused }: FunctionFacts,
  activity: ActivityResult | undefined,
) {
  const { oldestS } = activity?.webhooks[name] ?? {};
  const oldest =
    waiting > 0 && oldestS !== undefined ? `, for ${durationText(oldestS * 1000)}` : "";
  return `${paused === true ? "paused: " : ""}${waiting.toLocaleString("en")}${oldest}`;
}

/** What a webhook did over time. */
function Activity({ name, of }: { readonly name: string; readonly of: ActivityResult }) {
  const { counts, sinceMs = of.fromMs } = of.webhooks[name] ?? {};
  if (counts === undefined) return null;
  const since = sinceMs > of.fromMs ? ` since ${timeText(sinceMs)}` : "";
  if (sumOf(counts.Received) === 0) return <p class="note">Nothing received{since}.</p>;
  const drawn = Object.fromEntries(OUTCOMES.map((what) => [what.toLowerCase(), counts[what]]));
  return (
    <>
      {since !== "" && <p class="note">Counted{since}</p>}
      <Bars name={name} bins={of} drawn={drawn} />
    </>
  );
}
