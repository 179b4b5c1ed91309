// The parts of the library that need neither network nor files; it publishes no types for them.
declare module 'openapi-typescript/dist/transform/index.mjs' {
  export default function transform(document: object, context: object): object[];
}
declare module 'openapi-typescript/dist/lib/utils.mjs' {
  export function resolveRef(document: object, ref: string, options: object): unknown;
  export function scanDiscriminators(document: object, options: object): unknown;
}
declare module 'openapi-typescript/dist/lib/ts.mjs' {
  export function astToString(ast: object[]): string;
}
