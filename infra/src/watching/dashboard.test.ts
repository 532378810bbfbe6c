import { expect, it } from "@jest/globals";
import { resources } from "@rainhooks/stack/stack-json";
import { synthesize } from "../synthesize.ts";
import { dashboardWidgets } from "../testing/dashboard-widgets.ts";
import { production } from "../testing/stages.ts";

const { stack } = synthesize(production);
const widgets = dashboardWidgets(stack);
const graphs = widgets.filter(({ type }) => type === "metric");

it("the dashboard begins with every alarm of the stage", () => {
  const shown = widgets.flatMap(({ properties: { alarms = [] } }) => alarms);
  expect(shown.toSorted()).toEqual(
    ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"]
      .flatMap((type) =>
        resources(stack, type)
          .filter(([, { tags }]) => (tags as { readonly level: string }).level !== "part")
          .map(([id]) => `\${${type}.${id}.arn}`),
      )
      .toSorted(),
  );
  expect(widgets[0]).toMatchObject({ type: "alarm", x: 0, y: 0 });
});

it("the dashboard has a row for each function with several graphs", () => {
  for (const name of ["archive", "node-status", "time-series", "forward", "attempts", "retries"]) {
    const own = graphs
      .filter(({ properties }) => properties.title.startsWith(`${name}: `))
      .slice(0, 3);
    expect(own.map(({ x }) => x)).toEqual([0, 8, 16]);
    expect(new Set(own.map(({ y }) => y)).size).toBe(1);
  }
});

it("the dashboard has one widget at each place, within the 24 columns", () => {
  const places = widgets.flatMap(({ x, y, width, height }) =>
    Array.from({ length: width * height }, (_, index) => [
      x + (index % width),
      y + Math.floor(index / width),
    ]),
  );
  expect(new Set(places.map(String)).size).toBe(places.length);
  expect(Math.max(...places.map(([x = 0]) => x))).toBe(23);
});

it("a graph has a scale on the right if a metric uses it, and no other", () => {
  for (const { properties } of graphs) {
    const isUsed = JSON.stringify(properties.metrics).includes('"yAxis":"right"');
    expect([properties.title, properties.yAxis?.right !== undefined]).toEqual([
      properties.title,
      isUsed,
    ]);
  }
});
