What the work has cost stands in the transcripts of Claude Code. An answer is
written once for each of its blocks, and counts once.

  $ comm-node init hub.git --project shop >/dev/null

  $ backend: comm-node join ../hub.git --agent backend --domain api >/dev/null

  $ backend: comm-node cost --transcripts ../transcripts
  nothing of this project in 0 transcripts below ../transcripts

  $ mkdir transcripts && printf '{"type":"assistant","requestId":"r1","sessionId":"s1","timestamp":"2026-11-20T09:00:0%s.000Z","cwd":"%s/backend","message":{"id":"m1","model":"claude-sonnet-4-5","usage":{"input_tokens":10,"cache_read_input_tokens":100000,"output_tokens":%s}}}\n' 1 "$PWD" 1 2 "$PWD" 4000 3 "$PWD" 4000 > transcripts/one.jsonl

  $ backend: comm-node cost --transcripts ../transcripts
  agent    cost   input  cache written  cache read  output
  backend  $0.09  10     0              100k        4000
  total    $0.09  10     0              100k        4000

A model without a price is unknown, and never free.

  $ printf '{"type":"assistant","requestId":"r2","timestamp":"2026-11-21T09:00:00.000Z","cwd":"%s/backend","message":{"id":"m2","model":"model-of-ours","usage":{"input_tokens":500,"output_tokens":500}}}\n' "$PWD" > transcripts/two.jsonl

  $ backend: comm-node cost --by model --transcripts ../transcripts
  model              cost             input  cache written  cache read  output
  claude-sonnet-4-5  $0.09            10     0              100k        4000
  model-of-ours      unknown          500    0              0           500
  total              $0.09 + unknown  510    0              100k        4500
  no price is known for model-of-ours: --prices FILE

  $ echo '{"model-of-ours": {"input": 1000, "output": 2000}}' > prices.json

  $ backend: comm-node cost --by day --transcripts ../transcripts --prices ../prices.json
  day         cost   input  cache written  cache read  output
  <DATE>  $1.50  500    0              0           500
  <DATE>  $0.09  10     0              100k        4000
  total       $1.59  510    0              100k        4500

A collector of OpenTelemetry can write what Claude Code itself reckons to a file.

  $ echo '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"claude_code.cost.usage","sum":{"aggregationTemporality":1,"dataPoints":[{"asDouble":0.08,"timeUnixNano":"1","attributes":[{"key":"session.id","value":{"stringValue":"s1"}}]}]}},{"name":"claude_code.token.usage","sum":{"aggregationTemporality":1,"dataPoints":[{"asInt":"104010","timeUnixNano":"1","attributes":[{"key":"session.id","value":{"stringValue":"s1"}}]}]}}]}]}]}' > otel.ndjson

  $ backend: comm-node cost --by model --transcripts ../transcripts --prices ../prices.json --reported ../otel.ndjson | tail -1
  Claude Code itself says $0.08 and 104k tokens, of 1 session here
