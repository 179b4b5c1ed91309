import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lines, lint } from './lint.ts';

const express = `
[domains.routes]
path = "."
scope = ["src/routes/**"]
exports = ["RouteDefinitions"]
forbidden_imports = ["src/database/**", "src/models/internal/**"]
allowed_imports = ["src/services/**", "src/middleware/**", "src/types/**"]
why = "Routes talk to services; only services talk to the database."

[domains.services]
scope = "src/services/**"
forbidden_imports = ["src/routes/**", "src/middleware/**"]
allowed_imports = ["src/database/**", "src/models/**", "src/utils/**"]

[domains.database]
scope = "src/database/**"
forbidden_imports = ["src/routes/**", "src/services/**", "src/middleware/**"]
allowed_imports = ["src/models/**", "src/config/**"]

[domains.models]
scope = "src/models/**"
forbidden_imports = ["src/routes/**", "src/services/**", "src/database/**", "src/middleware/**"]
allowed_imports = ["src/utils/validators/**"]
`;
const expressFiles = {
  'src/routes/users.ts': "import { users } from '../services/users';\n",
  'src/services/users.ts': "import { db } from '../database/client';\nimport '../models/user';\n",
  'src/database/client.ts': 'export const db = 1;\n',
  'src/models/user.ts': "import '../utils/validators/email';\n",
  'src/models/internal/secret.ts': 'export {};\n',
  'src/utils/validators/email.ts': 'export {};\n',
  'src/utils/log.ts': 'export {};\n',
};

const monorepo = `
[domains.frontend]
path = "packages"
scope = "frontend/**"
forbidden_imports = ["backend/**"]
allowed_imports = ["backend/api/client.ts"]
[domains.backend]
path = "packages"
scope = "backend/**"
forbidden_imports = ["frontend/**"]
`;

describe('founding examples', () => {
  it('express layers: the clean tree passes', async () => {
    assert.deepEqual(lines(await lint(express, expressFiles)), []);
  });

  const refusals: [string, string, string, string][] = [
    [
      'a route imports the database',
      'src/routes/bad.ts',
      '../database/client',
      'forbidden-import src/routes/bad.ts:1 ../database/client → src/database/client.ts',
    ],
    [
      'a route imports internal models',
      'src/routes/bad.ts',
      '../models/internal/secret',
      'forbidden-import src/routes/bad.ts:1 ../models/internal/secret → src/models/internal/secret.ts',
    ],
    [
      'a service imports a route',
      'src/services/bad.ts',
      '../routes/users',
      'forbidden-import src/services/bad.ts:1 ../routes/users → src/routes/users.ts',
    ],
    [
      'a model imports a service',
      'src/models/bad.ts',
      '../services/users',
      'forbidden-import src/models/bad.ts:1 ../services/users → src/services/users.ts',
    ],
    [
      'a model imports what is not listed',
      'src/models/bad.ts',
      '../utils/log',
      'not-allowed src/models/bad.ts:1 ../utils/log → src/utils/log.ts',
    ],
  ];
  for (const [what, path, specifier, expected] of refusals) {
    it(`express layers: ${what}`, async () => {
      const report = await lint(express, { ...expressFiles, [path]: `import '${specifier}';\n` });
      assert.deepEqual(lines(report), [expected]);
    });
  }

  it('says why, and what to import instead', async () => {
    const report = await lint(express, {
      ...expressFiles,
      'src/routes/bad.ts': "import '../database/client';\n",
    });
    const violation = report.violations[0];
    assert.equal(violation?.why, 'Routes talk to services; only services talk to the database.');
    assert.equal(violation?.instead, 'src/services/**, src/middleware/**, src/types/**');
    assert.deepEqual(violation?.deciding, {
      file: 'boundaries.toml',
      line: 6,
      key: 'domains.routes.forbidden_imports',
      pattern: 'src/database/**',
    });
  });

  const app = `
[domains.api]
path = "my-app"
scope = "src/api/**"
forbidden_imports = ["src/frontend/**"]
[domains.frontend]
path = "my-app"
scope = "src/frontend/**"
allowed_imports = ["src/shared/types/**"]
forbidden_imports = ["src/api/database/**", "src/api/models/**"]
[domains.shared]
path = "my-app"
scope = "src/shared/**"
forbidden_imports = ["src/api/**", "src/frontend/**"]
`;
  it('api, frontend and shared in one my-app', async () => {
    const report = await lint(app, {
      'my-app/src/api/database/db.ts': 'export {};\n',
      'my-app/src/api/models/user.ts': 'export {};\n',
      'my-app/src/frontend/page.ts':
        "import '../shared/types/user';\nimport '../api/database/db';\nimport '../api/models/user';\n",
      'my-app/src/shared/types/user.ts': 'export {};\n',
      'my-app/src/shared/bad.ts': "import '../api/models/user';\nimport '../frontend/page';\n",
    });
    assert.deepEqual(lines(report), [
      'forbidden-import my-app/src/frontend/page.ts:2 ../api/database/db → my-app/src/api/database/db.ts',
      'forbidden-import my-app/src/frontend/page.ts:3 ../api/models/user → my-app/src/api/models/user.ts',
      'forbidden-import my-app/src/shared/bad.ts:1 ../api/models/user → my-app/src/api/models/user.ts',
      'forbidden-import my-app/src/shared/bad.ts:2 ../frontend/page → my-app/src/frontend/page.ts',
    ]);
  });

  it('a frontend may import the one client file of the backend', async () => {
    const report = await lint(monorepo, {
      'packages/frontend/good.ts': "import '../backend/api/client';\n",
      'packages/frontend/bad.ts': "import '../backend/api/server';\n",
      'packages/backend/api/client.ts': 'export {};\n',
      'packages/backend/api/server.ts': 'export {};\n',
    });
    assert.deepEqual(lines(report), [
      'forbidden-import packages/frontend/bad.ts:1 ../backend/api/server → packages/backend/api/server.ts',
    ]);
  });

  it('a domain that forbids src/** and allows nothing imports only itself', async () => {
    const config =
      '[domains.domain]\nscope = "src/domain/**"\nforbidden_imports = ["src/**"]\nallowed_imports = []\n';
    const report = await lint(config, {
      'src/domain/order.ts': "import './money';\nimport '../infra/db';\n",
      'src/domain/money.ts': 'export {};\n',
      'src/infra/db.ts': 'export {};\n',
    });
    assert.deepEqual(lines(report), [
      'forbidden-import src/domain/order.ts:2 ../infra/db → src/infra/db.ts',
    ]);
  });

  it('payment-service may use the client of auth, not its internals', async () => {
    const config =
      '[domains.payment-service]\npath = "services"\nscope = "payment/**"\nforbidden_imports = ["auth/**"]\nallowed_imports = ["auth/client.ts"]\n';
    const report = await lint(config, {
      'services/payment/pay.ts': "import '../auth/client';\nimport '../auth/tokens';\n",
      'services/auth/client.ts': 'export {};\n',
      'services/auth/tokens.ts': 'export {};\n',
    });
    assert.deepEqual(lines(report), [
      'forbidden-import services/payment/pay.ts:2 ../auth/tokens → services/auth/tokens.ts',
    ]);
  });
});
