/**
 * The files that are linted: an index, a commit or a working tree. It is handed
 * in, so that the rules know no disk and no Git. Paths are `/`-separated and
 * relative to the root of the repository.
 */
export interface SourceTree {
  /** Every file and symbolic link, sorted by code unit. */
  paths(): readonly string[];
  /** The text of a file; undefined when there is none of that path. */
  read(path: string): string | undefined;
  /** A name for the content: equal names, equal texts. */
  blobId(path: string): string | undefined;
  /** The symbolic links among the paths. */
  links(): readonly string[];
  /** Where a symbolic link points, as written in it; undefined for files. */
  link(path: string): string | undefined;
}

/** A tree made of literals: for tests, and for whoever already holds the texts. */
export function literalTree(
  files: Readonly<Record<string, string>>,
  links: Readonly<Record<string, string>> = {},
): SourceTree {
  const paths = [...Object.keys(files), ...Object.keys(links)].sort();
  return {
    paths: () => paths,
    read: (path) => (Object.hasOwn(files, path) ? files[path] : undefined),
    blobId: (path) => (Object.hasOwn(files, path) ? `${path}\0${files[path]}` : undefined),
    links: () => Object.keys(links),
    link: (path) => (Object.hasOwn(links, path) ? links[path] : undefined),
  };
}
