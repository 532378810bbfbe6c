import { describe, expect, it } from "@jest/globals";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { deliveryOf } from "@rainhooks/testing/samples";
import fc from "fast-check";
import { eraseLine } from "./erase-line.ts";
import type { Renaming } from "./rename.ts";
import { namesInTable } from "./rename-item.ts";
import { type ErasureSubject, namesOf } from "./subject.ts";

const ALIAS = "rainhooks-erased-0123456789ab";
/** Words of the format, of the field, and other spellings: all of them are ids of somebody. */
const WORDS = [
  "event_type",
  "node_id",
  "timestamp",
  "alert",
  "rmaker.event.alert",
  "status",
  "Light",
  "Power",
  "true",
];

/**
 * Ids of which each is made of another one: longer, shorter, in another spelling, in both normal
 * forms.
 */
function neighboursOf(id: string): string[] {
  const joined = [
    "B",
    " b",
    ".b",
    ":b",
    "/b",
    "#b",
    "-b",
    "_b",
    '"b',
    "\\b",
    "é",
    "e\u0301",
    "%",
  ].flatMap((one) => [id + one, one + id]);
  const other = [
    id.toUpperCase(),
    id.toLowerCase(),
    id.normalize("NFC"),
    id.normalize("NFD"),
    encodeURIComponent(id),
  ];
  return [
    id,
    ...joined,
    ...other,
    id.slice(1),
    id.slice(0, -1),
    `${id}${id}`,
    "12345",
    "123456",
    ...WORDS,
  ];
}

const RAINMAKER = fc.stringMatching(/^[1-9A-HJ-NP-Za-km-z]{22}$/);
const AWKWARD = fc.constantFrom(
  "n/ü #%~é'57",
  "kitchen",
  "abc",
  'a"b\\c',
  "é1",
  "e\u03011",
  "12345",
  "n1",
);
const world = fc
  .oneof(RAINMAKER, AWKWARD, fc.constantFrom(...WORDS))
  .map((id) => [...new Set(neighboursOf(id))].filter((one) => one !== ""))
  .chain((ids) =>
    fc.record({
      id: fc.constantFrom(...ids),
      kind: fc.constantFrom("node", "user"),
      nodes: fc.array(fc.constantFrom(...ids), { minLength: 1, maxLength: 3 }),
      user: fc.constantFrom(...ids),
    }),
  );

/** An event about nodes and a user, in the names that a world gives them. */
interface Named {
  readonly node: (id: string) => string;
  readonly user: (id: string) => string;
}

type World = typeof world extends fc.Arbitrary<infer Value> ? Value : never;

const EVENTS: Readonly<Record<string, (world: World, named: Named) => object>> = {
  alert: ({ nodes: [first = ""], user }, { node, user: of }) => ({
    event_type: "rmaker.event.alert",
    timestamp: 1_732_435_200_000,
    event_data: {
      node_id: node(first),
      user_id: of(user),
      message_body: '{"esp.alert.str":"Too hot"}',
    },
  }),
  user_node_added: ({ nodes, user }, { node, user: of }) => ({
    event_type: "rmaker.event.user_node_added",
    event_data: { user_id: of(user), user_role: "primary", nodes: nodes.map(node) },
  }),
  node_params_changed: ({ nodes: [first = "", child = ""], user }, { node, user: of }) => ({
    event_type: "rmaker.event.node_params_changed",
    event_data: {
      node_id: node(first),
      user_id: of(user),
      payload: JSON.stringify({ Child: { [child]: 12345 }, Light: { Power: true } }),
    },
  }),
  node_ts_data: ({ nodes: [first = "", child = ""] }, { node }) => ({
    event_type: "rmaker.event.node_ts_data",
    event_data: { node_id: node(first), name: child, dt: "int", t: 1_732_435_200, v: 12345 },
  }),
};

/** Whether a delivery is about a node alone. */
const isOnlyAbout = (id: string, type: string, { nodes }: World) =>
  type === "user_node_added" ? nodes.every((one) => one === id) : nodes[0] === id;

function subjectIn(
  { id, kind }: World,
  ...also: string[]
): { subject: ErasureSubject; renaming: Renaming; named: Named } {
  const subject: ErasureSubject = { kind: kind === "node" ? "node" : "user", id, also };
  const renamed = (of: string) => (one: string) => (kind === of && one === id ? ALIAS : one);
  const renaming = { names: namesOf(subject), alias: ALIAS };
  return { subject, renaming, named: { node: renamed("node"), user: renamed("user") } };
}

const lineOf = (body: object) => JSON.stringify(deliveryOf(body, { id: "delivery" }));

const SAME: Named = { node: (id) => id, user: (id) => id };

describe("an erasure among neighbours", () => {
  it.each(Object.keys(EVENTS))(
    "an erasure removes its subject from %s, and changes nothing else",
    (type) => {
      fc.assert(
        fc.property(world, (one) => {
          // A further name of a node may be the id of another one.
          const also = one.kind === "node" ? one.nodes.slice(-1) : [];
          const { subject, renaming, named } = subjectIn(one, ...also);
          const write = (names: Named) => lineOf(EVENTS[type]?.(one, names) ?? {});
          const erased = eraseLine(write(SAME), renaming);
          if (subject.kind === "node" && isOnlyAbout(one.id, type, one))
            expect(erased.kind).toBe("dropped");
          else if (write(named) === write(SAME)) expect(erased).toEqual({ kind: "kept" });
          else expect(erased).toEqual({ kind: "changed", line: write(named) });
        }),
      );
    },
  );

  it("an erasure takes a node's name in a description for the node only if the node has this name", () => {
    fc.assert(
      fc.property(world, (one) => {
        const { renaming, named } = subjectIn(one);
        const [first = ""] = one.nodes;
        const write = (names: Named) =>
          lineOf({
            event_type: "rmaker.event.user_node_removed",
            description: `(Node)${names.node(first)} is off`,
            event_data: { nodes: [names.node(first), "z-another-one"] },
          });
        // A number, and what has two characters, is no word of a text.
        fc.pre(one.kind === "node" && one.id.length > 2 && !/^\d+$/.test(one.id));
        fc.pre(
          !["event_type", "node_id", "timestamp", "status"].includes(one.id) &&
            !/^(is|off|Node)$/.test(one.id),
        );
        const erased = eraseLine(write(SAME), renaming);
        expect(erased.kind === "changed" ? erased.line : write(SAME)).toBe(write(named));
      }),
    );
  });

  it("an erasure deletes the items of a node, renames users and tags, and leaves the items of neighbours", () => {
    const text = (S: string) => ({ S });
    const cases: [
      table: string,
      keys: string[],
      item: (world: World, named: Named) => Attributes,
    ][] = [
      [
        "node-status",
        ["nodeId", "item"],
        ({ nodes: [id = ""] }, { node }) => ({ nodeId: text(node(id)), item: text("status") }),
      ],
      [
        "node-status-b",
        ["nodeId", "item"],
        ({ nodes: [id = ""], user }, named) => ({
          nodeId: text(named.node(id)),
          item: text(`user#${named.user(user)}`),
        }),
      ],
      [
        "time-series",
        ["series", "group"],
        ({ nodes: [id = "", child = ""] }, { node }) => ({
          series: text(`${encodeURIComponent(node(id).toWellFormed())}#Child.${child}`),
          group: text(`0001732435200000#${child}`),
        }),
      ],
      [
        "alarms",
        ["subject", "item"],
        ({ nodes: [id = "", of = ""] }, { node }) => ({
          subject: text(`node#${node(id)}`),
          item: text(`alarm#${of}#000001#1#`),
        }),
      ],
      [
        "filter-rules",
        ["entity", "eventType"],
        ({ user }, named) => ({ entity: text(`user#${named.user(user)}`), eventType: text("t") }),
      ],
      [
        "attempts",
        ["webhookId", "item"],
        ({ nodes: [id = ""], user }, named) => ({
          webhookId: text("w"),
          item: text("crm#1"),
          nodeId: text(named.node(id)),
          userId: text(named.user(user)),
        }),
      ],
    ];
    fc.assert(
      fc.property(world, fc.constantFrom(...cases), (one, [table, keys, make]) => {
        // A further name of a node may be the id of another one.
        const also = one.kind === "node" ? one.nodes.slice(-1) : [];
        const { subject, renaming, named } = subjectIn(one, ...also);
        const names = namesInTable(table, keys, renaming);
        const item = make(one, SAME);
        const isOfNode =
          subject.kind === "node" && table !== "filter-rules" && one.nodes[0] === one.id;
        expect(names.isOfNode(item)).toBe(isOfNode);
        if (!isOfNode) expect({ ...item, ...names.renamed(item) }).toEqual(make(one, named));
      }),
    );
  });
});
