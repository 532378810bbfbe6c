import { place, setParams } from "../shared/place.ts";
import { readSort, type SortColumn } from "./node-pages.ts";

const COLUMNS: readonly (readonly [column: SortColumn | "state" | "tags", title: string])[] = [
  ["state", "State"],
  ["name", "Node"],
  ["lastSeen", "Last seen"],
  ["firmware", "Firmware"],
  ["type", "Type"],
  ["tags", "Tags and users"],
];

/** The heads of the columns, which sort. */
export function TableHead() {
  return (
    <tr>
      {COLUMNS.map(([column, title]) => (
        <Head key={column} column={column} title={title} />
      ))}
    </tr>
  );
}

function Head({ column, title }: { readonly column: SortColumn | "state" | "tags"; readonly title: string }) {
  const text = place.value.params["sort"] ?? "";
  if (column === "tags") return <th class="tags">{title}</th>;
  const [next, direction, hint] = column === "state" ? stateSort(text) : columnSort(column, text);
  return (
    <th class={column} aria-sort={direction}>
      <button type="button" title={hint} onClick={() => setParams({ sort: next })}>
        {title}
        <span aria-hidden="true">{ARROWS[direction]}</span>
      </button>
    </th>
  );
}

const ARROWS = { ascending: " ↑", descending: " ↓", none: "" } as const;
type Direction = keyof typeof ARROWS;

/** Of the state: what comes next, how it is sorted, and what that means. The stage has both orders. */
function stateSort(text: string): [string, Direction, string] {
  if (text === "newest") return ["", "descending", "Offline nodes first, the last to go offline at the top"];
  if (text === "")
    return ["newest", "ascending", "Offline nodes first, longest at the top; online nodes by their ids"];
  return ["", "none", "Offline nodes first, longest at the top"];
}

function columnSort(column: SortColumn, text: string): [string, Direction, string] {
  const sort = readSort(text);
  const hint = "Sorts the nodes that are loaded";
  if (sort?.column !== column) return [column === "lastSeen" ? `-${column}` : column, "none", hint];
  return [sort.descending ? column : `-${column}`, sort.descending ? "descending" : "ascending", hint];
}
