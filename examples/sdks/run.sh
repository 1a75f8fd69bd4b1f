#!/usr/bin/env bash
# Sends six events with each SDK to COLLECTOR_URL and prints how many of them the collector delivered.
set -euo pipefail
cd "$(dirname "$0")"
npm install --no-audit --no-fund --silent
exec node run.js
