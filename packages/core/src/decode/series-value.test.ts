import { describe, expect, it, test } from "@jest/globals";
import { coerceValue } from "./series-value.ts";

describe("coerceValue", () => {
  test.each([
    ["int", 65, 65],
    ["int", "65", 65],
    ["int", " 65 ", 65],
    ["int", "+6", 6],
    ["float", ".55", 0.55],
    ["float", "5.", 5],
    ["float", "1e10", 1e10],
    ["float", "1E-10", 1e-10],
    ["bool", 1, true],
    ["bool", "1", true],
    ["bool", false, false],
    ["bool", "0", false],
    ["bool", "false", false],
    ["float", 25.5, 25.5],
    ["float", "-3e2", -300],
    ["float", { value: 25.5 }, 25.5],
    ["bool", true, true],
    ["bool", 0, false],
    ["bool", "true", true],
    ["string", "on", "on"],
    ["string", 5, "5"],
    ["object", { a: 1 }, { a: 1 }],
    ["object", { value: 1 }, { value: 1 }],
    ["object", '{"a":1}', { a: 1 }],
    ["array", [1, 2], [1, 2]],
    ["array", "[1]", [1]],
  ])("coerceValue makes a %s from %j", (dataType, raw, value) => {
    expect(coerceValue(raw, dataType)).toEqual({ dataType, value });
  });

  test.each([
    ["int", "warm"],
    ["float", ""],
    ["int", "6 5"],
    ["int", "x65"],
    ["int", "65x"],
    ["int", { value: 1, unit: "C" }],
    ["int", { reading: 1 }],
    ["string", undefined],
    ["string", null],
    ["object", "text"],
    ["float", true],
    ["bool", 2],
    ["bool", "yes"],
    ["string", { a: 1 }],
    ["object", [1]],
    ["array", { a: 1 }],
    ["int", null],
    ["int", undefined],
  ])("coerceValue refuses a %s from %j", (dataType, raw) => {
    expect(coerceValue(raw, dataType)).toBeUndefined();
  });

  it("coerceValue takes the type from a value without a declared type", () => {
    const typed = [true, 1, 1.5, "a", [1], { a: 1 }, { value: 2 }].map((raw) =>
      coerceValue(raw, "invalid"),
    );
    expect(typed.map((one) => one?.dataType)).toEqual([
      "bool",
      "int",
      "float",
      "string",
      "array",
      "object",
      "int",
    ]);
  });

  it("coerceValue does not accept a list with a type as the type", () => {
    expect(coerceValue(1, ["bool"])).toEqual({ dataType: "int", value: 1 });
  });

  it("coerceValue treats an int with a fraction as a float", () => {
    expect(coerceValue(1.5, "int")).toEqual({ dataType: "float", value: 1.5 });
  });
});
