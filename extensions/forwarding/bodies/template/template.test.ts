import { describe, expect, it, test } from "@jest/globals";
import { MAX_TEMPLATE_BYTES, parseTemplate } from "./parse.ts";
import { MAX_RENDERED_BYTES, renderTemplate } from "./render.ts";

const VALUES = {
  id: "evt_1",
  nodeId: "kitchen",
  count: 3,
  on: false,
  nothing: null,
  groups: [{ name: "home" }, { name: "garden" }],
  data: { message: { "esp.alert.str": 'Too "hot"', "a b": [1, 2] } },
};

const render = (document: unknown, values: unknown = VALUES): unknown =>
  JSON.parse(renderTemplate(parseTemplate(JSON.stringify(document)), values));

describe("a template", () => {
  test.each<[unknown, unknown]>([
    ["{{count}}", 3],
    ["{{ count }}", 3],
    ["{{on}}", false],
    ["{{nothing}}", null],
    ["{{missing}}", null],
    ["{{groups}}", VALUES.groups],
    ["{{groups[1].name}}", "garden"],
    ["{{groups.1.name}}", "garden"],
    ["{{groups[2].name}}", null],
    ["{{groups.length}}", null],
    ["{{groups[01]}}", null],
    ["{{nodeId.length}}", null],
    ["{{nodeId[0]}}", null],
    ["{{['nodeId']}}", "kitchen"],
    ["{{data.message['esp.alert.str']}}", 'Too "hot"'],
    ["{{data.message['a b'][1]}}", 2],
    ["{{nodeId}}: {{data.message['esp.alert.str']}}!", 'kitchen: Too "hot"!'],
    ["{{count}} {{on}} {{nothing}}{{missing}}.", "3 false ."],
    ["{{nodeId}}{{nodeId}}", "kitchenkitchen"],
    ["of {{groups}}", `of ${JSON.stringify(VALUES.groups)}`],
    ["}} and { and }", "}} and { and }"],
    [{ a: ["{{count}}", 1, true, null, { b: "{{on}}" }] }, { a: [3, 1, true, null, { b: false }] }],
    [[], []],
    [{}, {}],
    [7, 7],
  ])("%j becomes %j", (document, expected) => {
    expect(render(document)).toEqual(expected);
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty", "constructor.prototype"])(
    "a template finds nothing that an object inherits: %s",
    (path) => {
      expect(
        render([`{{${path}}}`, `{{data.${path}}}`, `{{groups.${path}}}`, `x{{${path}}}`]),
      ).toEqual([null, null, null, "x"]);
    },
  );

  it("a template finds an own field of any name, and can have one", () => {
    const values = JSON.parse('{"__proto__":{"a":1},"toString":2}');
    const template = parseTemplate('{"__proto__":"{{__proto__.a}}","b":"{{toString}}"}');
    expect(renderTemplate(template, values)).toBe('{"__proto__":1,"b":2}');
    expect(Object.hasOwn(Object.prototype, "a")).toBe(false);
  });

  test.each<[string, string]>([
    ["{", "The template is not JSON: "],
    ["", "The template is not JSON: "],
    ['"{{a"', "The template: {{ at character 1 has no }} after it."],
    ['{"a":[{"b":"x {{c"}]}', 'The template at "a[0].b": {{ at character 3 has no }} after it.'],
    ['["{{}}"]', 'The template at "[0]": "" at character 1 is not a path.'],
    ['["{{a..b}}"]', '"a..b" at character 1 is not a path.'],
    ['["{{.a}}"]', '".a" at character 1 is not a path.'],
    ['["{{a.}}"]', '"a." at character 1 is not a path.'],
    ['["{{a b}}"]', '"a b" at character 1 is not a path.'],
    ['["{{a[0]b}}"]', "is not a path."],
    ['["{{a[x]}}"]', "is not a path."],
    ['["{{a[-1]}}"]', "is not a path."],
    ['["{{a[\'b}}"]', "is not a path."],
    ['["{{#if a}}"]', "is not a path."],
    ['["{{a {{b}} }}"]', "is not a path."],
    ['{"{{a}}":1}', 'The template at "{{a}}": the name of a field cannot contain {{.'],
    [
      `${"[".repeat(33)}${"]".repeat(33)}`,
      "The template has more than 32 levels of arrays and objects.",
    ],
    [
      `"${"x".repeat(MAX_TEMPLATE_BYTES)}"`,
      `The template has more than ${MAX_TEMPLATE_BYTES} bytes.`,
    ],
  ])("%j is refused", (text, message) => {
    expect(() => parseTemplate(text)).toThrow(
      expect.objectContaining({ code: "input-invalid", message: expect.stringContaining(message) }),
    );
  });

  it("a template of the maximum size is accepted", () => {
    const text = `"${"x".repeat(MAX_TEMPLATE_BYTES - 2)}"`;
    expect(renderTemplate(parseTemplate(text), {})).toBe(text);
  });

  it("a template of the maximum depth is accepted", () => {
    const text = `${"[".repeat(32)}${"]".repeat(32)}`;
    expect(renderTemplate(parseTemplate(text), {})).toBe(text);
  });
});

describe("what becomes of a template", () => {
  const refused = (limit: string) =>
    expect.objectContaining({
      code: "sink-rejected",
      permanent: true,
      message: `The body that the template makes has more than ${limit}.`,
    });
  const bytes = `${MAX_RENDERED_BYTES} bytes`;

  it("a rendered template has a maximum size, in bytes", () => {
    const rest = '[""]'.length;
    const fits = "x".repeat(MAX_RENDERED_BYTES - rest);
    expect(render(["{{a}}"], { a: fits })).toEqual([fits]);
    expect(() => render(["{{a}}"], { a: `${fits}x` })).toThrow(refused(bytes));
    expect(() => render(["{{a}}"], { a: "€".repeat(MAX_RENDERED_BYTES / 3) })).toThrow(
      refused(bytes),
    );
    expect(() => render(["-{{a}}"], { a: fits })).toThrow(refused(bytes));
  });

  it("a rendered template has a maximum depth", () => {
    const nested = (levels: number) => JSON.parse(`${"[".repeat(levels)}1${"]".repeat(levels)}`);
    expect(render(["{{a}}"], { a: nested(31) })).toEqual([nested(31)]);
    expect(() => render(["{{a}}"], { a: nested(32) })).toThrow(refused("32 levels"));
    expect(() => render([{ b: "{{a}}" }], { a: nested(31) })).toThrow(refused("32 levels"));
    expect(() => render("-{{a}}", { a: nested(33) })).toThrow(refused("32 levels"));
  });

  it("a template is rendered in linear time: many uses of a large value end quickly", () => {
    const document = Array.from({ length: 2000 }, () => "{{a}}");
    const start = process.cpuUsage();
    for (const a of ["x".repeat(1024 * 1024), Array.from({ length: 300_000 }, () => "x")])
      expect(() => render(document, { a })).toThrow(refused(bytes));
    expect(process.cpuUsage(start).user).toBeLessThan(2_000_000);
  });
});
