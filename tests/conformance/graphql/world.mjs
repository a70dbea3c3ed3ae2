export const executionCases = [];
export async function run() {}
