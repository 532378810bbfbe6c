/*
 * In tests, instead of the stack traces that cdktf takes of each token: they are half of the time
 * of a synthesis under jest.
 */
exports.captureStackTrace = () => [];
