const { types } = process.getBuiltinModule('node:util');

/** In whatever realm it was made: a test runner's context has classes of its own. */
export const isFloat64Array: (value: unknown) => value is Float64Array = types.isFloat64Array;
