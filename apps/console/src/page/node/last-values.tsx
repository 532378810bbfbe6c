import type { ChartSeries } from "@rainhooks/page/node/values";
import { Text } from "@rainhooks/page/text.jsx";
import { Ago } from "@rainhooks/page/time-of.jsx";

const MAX_SHOWN = 12;

/** The last value of each series, large. */
export function LastValues({ of }: { readonly of: readonly ChartSeries[] }) {
  const shown = of.filter(({ last }) => last !== undefined).slice(0, MAX_SHOWN);
  if (shown.length === 0) return null;
  const devices = new Set(shown.map(({ name }) => name.slice(0, name.lastIndexOf(".") + 1)));
  const titleOf = (name: string) => (devices.size === 1 ? name.slice(name.lastIndexOf(".") + 1) : name);
  return (
    <section class="tiles" aria-label="Last values">
      {shown.map(({ name, last }) => (
        <div key={name} class="card tile">
          <Text of={titleOf(name)} max={60} />
          <strong>
            <Text of={valueText(last?.value)} max={24} />
          </strong>
          <span class="note">
            <Ago ms={last?.atMs} />
          </span>
        </div>
      ))}
    </section>
  );
}

function valueText(value: unknown): string {
  if (typeof value === "number") return String(Number(value.toPrecision(6)));
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
