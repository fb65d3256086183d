#!/usr/bin/env bash
# The wheel in an empty environment with the users' lock alone: its size, and the demonstration rendered outside the source tree.
set -euo pipefail
cd "$(dirname "$0")/.."
source=$PWD
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
mkdir "$place/source" "$place/desk"
cp -r src notebooks pyproject.toml setup.py README.md LICENSE "$place/source"
uv() { "$source/.venv/bin/uv" "$@" --quiet; }
uv build --wheel --no-build-isolation --python .venv/bin/python --out-dir "$place/dist" "$place/source"
.venv/bin/python -m venv --without-pip "$place/env"
uv pip install --python "$place/env/bin/python" --require-hashes -r requirements.lock
uv pip install --python "$place/env/bin/python" --no-deps "$place"/dist/*.whl
"$place/env/bin/python" -m compileall -q -j 0 -x '/tests?/' "$place/env/lib"
megabytes=$(du -sm --apparent-size "$place/env" | cut -f1)
echo "installed: $megabytes MB, $(ls -d "$place"/env/lib/python*/site-packages/*.dist-info | wc -l) packages"
[ "$megabytes" -le 900 ]
cd "$place/desk"
"$place/env/bin/impact-study" run --data "$source/data/raw/demo"
[ -s reports/demo/index.html ] && [ -s reports/demo/brief.pdf ]
