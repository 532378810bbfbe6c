import { address, hrefOf } from "@rainhooks/page/address";
import { safeText } from "@rainhooks/page/text.jsx";
import { useState } from "preact/hooks";
import { FILTER_NAMES } from "./filter.ts";

/** A filter and an order of nodes under a name, as the address has them. */
interface View {
  readonly name: string;
  readonly params: Readonly<Record<string, string>>;
}

const KEY = "rainhooks-views";
const [MAX_VIEWS, MAX_NAME] = [20, 40];

/** What this browser has kept; nothing if it was changed by something else. */
function readViews(): readonly View[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found.filter(isView).slice(0, MAX_VIEWS) : [];
  } catch {
    return [];
  }
}

function isView(value: unknown): value is View {
  if (typeof value !== "object" || value === null || !("name" in value) || !("params" in value)) return false;
  const { name, params } = value;
  const areTexts = (of: object) => Object.values(of).every((text) => typeof text === "string");
  return typeof name === "string" && typeof params === "object" && params !== null && areTexts(params);
}

/** Views that were saved in this browser: each is an address, which can be shared like any other. */
export function Views() {
  const [views, setViews] = useState(readViews);
  const { params } = address.value;
  const current = Object.fromEntries(
    [...FILTER_NAMES, "sort"].flatMap((name) => (params[name] ? [[name, params[name]]] : [])),
  );
  const store = (next: readonly View[]) => {
    localStorage.setItem(KEY, JSON.stringify(next));
    setViews(next);
  };
  const save = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name") ?? "").trim();
    if (name === "") return;
    event.currentTarget.reset();
    store([...views.filter((one) => one.name !== name), { name, params: current }].slice(-MAX_VIEWS));
  };
  const isFiltered = Object.keys(current).length > 0;
  if (views.length === 0 && !isFiltered) return null;
  return (
    <nav class="filters" aria-label="Views">
      {views.map((view) => (
        <span key={view.name} class="chip">
          <a href={hrefOf("/", { ...view.params, tz: params["tz"] })}>
            <bdi>{safeText(view.name, MAX_NAME)}</bdi>
          </a>
          <button
            type="button"
            aria-label={`Forget the view ${safeText(view.name, MAX_NAME)}`}
            onClick={() => store(views.filter((one) => one !== view))}
          >
            ×
          </button>
        </span>
      ))}
      {isFiltered && (
        <form class="add-filter" onSubmit={save}>
          <input
            name="name"
            aria-label="Name of this view"
            placeholder="name of this view"
            maxLength={MAX_NAME}
          />
          <button type="submit">Keep this view</button>
        </form>
      )}
    </nav>
  );
}
