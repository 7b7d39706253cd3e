export const rareOperations = (core) => ({});
