import { resources, type StackJson } from "@rainhooks/stack/stack-json";

/** A widget of the dashboard, in CloudWatch's format. */
export interface Widget {
  readonly type: "alarm" | "metric";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title: string;
    /** ARNs, of a widget of alarms. */
    readonly alarms?: readonly string[];
    readonly metrics?: readonly (readonly unknown[])[];
    readonly yAxis?: {
      readonly left: { readonly label: string };
      readonly right?: { readonly label: string };
    };
  };
}

/** Returns the widgets of a stack's dashboard. */
export function dashboardWidgets(stack: StackJson): readonly Widget[] {
  const [[, dashboard] = ["", {}]] = resources(stack, "aws_cloudwatch_dashboard");
  return JSON.parse(String(dashboard["dashboard_body"])).widgets;
}
