import {
  compareSpecificity,
  globMatches,
  matchSpecificity,
  type Specificity,
} from '../globs/globs.ts';
import type { Resolution } from '../imports/resolution.ts';
import type { Boundaries, Domain, PackagePattern, Pattern, Place } from './config.ts';
import type { Owners } from './owners.ts';
import type { Deciding, Rule } from './violation.ts';

/** What the rules say of one import. */
export interface Verdict {
  /** Undefined when it is allowed. */
  readonly rule: Rule | undefined;
  readonly target: string;
  readonly targetDomain: Domain | undefined;
  readonly deciding: Deciding | undefined;
  /** One clause that says why, for `explain` and messages. */
  readonly because: string;
  readonly why: string;
  readonly instead: string;
}

/** Applies the rules of a configuration to resolved imports. */
export class Judge {
  readonly owners: Owners;
  readonly boundaries: Boundaries;

  constructor(boundaries: Boundaries, owners: Owners) {
    this.boundaries = boundaries;
    this.owners = owners;
  }

  /**
   * Decides one import of a file of `from`.
   * @param typeOnly whether it vanishes when types are erased.
   */
  verdict(from: Domain, resolution: Resolution, typeOnly: boolean): Verdict {
    if (resolution.kind === 'ignored') return this.allowed('', undefined, 'no rule speaks of it');
    if (resolution.kind === 'unresolved') return this.unresolvedVerdict(resolution);
    const forgiven = typeOnly && from.typeImports === 'allow';
    if (resolution.kind === 'package') return this.packageVerdict(from, resolution, forgiven);
    const target = this.owners.of(resolution.path);
    if (target === from)
      return this.allowed(resolution.path, target, `it belongs to "${from.name}" itself`);
    if (forgiven)
      return this.allowed(
        resolution.path,
        target,
        `type_imports of "${from.name}" lets types cross`,
      );
    return this.fileVerdict(from, resolution.path, target);
  }

  private fileVerdict(from: Domain, path: string, target: Domain | undefined): Verdict {
    const best = mostSpecific(from, path);
    if (best?.forbidden) {
      return this.refused(
        'forbidden-import',
        path,
        target,
        best.pattern,
        from,
        'the most specific pattern that matches forbids it',
      );
    }
    if (!best && from.allowed.length > 0) {
      const place = { key: from.allowed[0]?.key ?? '', line: from.allowed[0]?.line ?? from.line };
      return this.refused(
        'not-allowed',
        path,
        target,
        place,
        from,
        `no pattern of allowed_imports matches ${path}`,
      );
    }
    const door = target?.entryPoints ?? [];
    if (target && door[0] && !door.some(({ glob }) => globMatches(glob, path))) {
      const place = { key: door[0].key, line: door[0].line };
      const names = door.map(({ text }) => text).join(', ');
      return {
        ...this.refused(
          'entry-point',
          path,
          target,
          place,
          target,
          `"${target.name}" may only be entered through ${names}`,
        ),
        instead: names,
      };
    }
    return this.layerVerdict(from, path, target) ?? this.allowedBy(best?.pattern, path, target);
  }

  private layerVerdict(
    from: Domain,
    path: string,
    target: Domain | undefined,
  ): Verdict | undefined {
    const { layers } = this.boundaries;
    if (!layers || !target) return undefined;
    const floor = layers.order.indexOf(from.name);
    const other = layers.order.indexOf(target.name);
    if (floor < 0 || other < 0 || other > floor) return undefined;
    const because = `"${target.name}" is a higher layer than "${from.name}"`;
    const verdict = this.refused('layer', path, target, layers, from, because);
    return { ...verdict, why: layers.why ?? from.why ?? '' };
  }

  private packageVerdict(
    from: Domain,
    { name, builtin }: Resolution & { kind: 'package' },
    forgiven: boolean,
  ): Verdict {
    const forbidden = bestPackage(from.forbiddenPackages, name, builtin);
    const allowed = bestPackage(from.allowedPackages ?? [], name, builtin);
    if (forgiven)
      return this.allowed(name, undefined, `type_imports of "${from.name}" lets types cross`);
    if (forbidden && (!allowed || weight(forbidden) >= weight(allowed))) {
      return this.refused(
        'forbidden-package',
        name,
        undefined,
        forbidden,
        from,
        `"${forbidden.text}" forbids the package`,
      );
    }
    const first = from.allowedPackages?.[0];
    if (!allowed && first) {
      const place = { key: first.key, line: first.line };
      return this.refused(
        'package-not-allowed',
        name,
        undefined,
        place,
        from,
        `allowed_packages does not name "${name}"`,
      );
    }
    return this.allowedBy(allowed, name, undefined);
  }

  private unresolvedVerdict({ reason, tried }: Resolution & { kind: 'unresolved' }): Verdict {
    const { unresolved, generated } = this.boundaries;
    if (tried.some((path) => generated.some(({ glob }) => globMatches(glob, path)))) {
      return this.allowed('', undefined, 'a build makes it');
    }
    const looked = tried.length === 0 ? '' : `; looked for ${tried.slice(0, 4).join(', ')}`;
    const because = `${reason}${looked}`;
    const verdict = this.allowed('', undefined, because);
    return unresolved === 'allow' ? verdict : { ...verdict, rule: 'unresolved' };
  }

  private refused(
    rule: Rule,
    target: string,
    targetDomain: Domain | undefined,
    by: Place | Pattern,
    whose: Domain,
    because: string,
  ): Verdict {
    const instead = alternatives(whose, rule);
    return {
      rule,
      target,
      targetDomain,
      deciding: this.decided(by),
      because,
      why: whose.why ?? '',
      instead,
    };
  }

  private allowedBy(
    by: Place | undefined,
    target: string,
    targetDomain: Domain | undefined,
  ): Verdict {
    const because = by ? 'the most specific pattern that matches allows it' : 'no rule forbids it';
    return { ...this.allowed(target, targetDomain, because), deciding: by && this.decided(by) };
  }

  private allowed(target: string, targetDomain: Domain | undefined, because: string): Verdict {
    return {
      rule: undefined,
      target,
      targetDomain,
      deciding: undefined,
      because,
      why: '',
      instead: '',
    };
  }

  private decided(by: Place & { readonly text?: string }): Deciding {
    return { file: this.boundaries.file, line: by.line, key: by.key, pattern: by.text };
  }
}

function alternatives(domain: Domain, rule: Rule): string {
  if (rule === 'forbidden-import' || rule === 'not-allowed')
    return domain.allowed.map(({ text }) => text).join(', ');
  if (rule !== 'package-not-allowed') return '';
  return (domain.allowedPackages ?? []).map(({ text }) => text).join(', ');
}

function mostSpecific(
  domain: Domain,
  path: string,
): { pattern: Pattern; forbidden: boolean } | undefined {
  let best: { pattern: Pattern; forbidden: boolean; specificity: Specificity } | undefined;
  const consider = (patterns: readonly Pattern[], forbidden: boolean) => {
    for (const pattern of patterns) {
      const specificity = matchSpecificity(pattern.glob, path);
      if (specificity && (!best || compareSpecificity(specificity, best.specificity) > 0)) {
        best = { pattern, forbidden, specificity };
      }
    }
  };
  // First come the forbidden ones: between equals they win.
  consider(domain.forbidden, true);
  consider(domain.allowed, false);
  return best;
}

function bestPackage(
  patterns: readonly PackagePattern[],
  name: string,
  builtin: boolean,
): PackagePattern | undefined {
  const names = builtin ? [name, `node:${name}`] : [name];
  const matching = patterns.filter(({ matches }) => names.some(matches));
  return matching.sort((a, b) => weight(b) - weight(a))[0];
}

// A name in full says most; of two with a `*`, the longer one.
function weight({ text }: PackagePattern): number {
  return text.includes('*') ? text.length : 1000 + text.length;
}
