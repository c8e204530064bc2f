/** For tests that put in thousands of rows with one statement, which takes a slow machine longer than any of the product's may. */
export const LOADING = { connectMs: 10_000, statementMs: 120_000, answerMs: 125_000 };
