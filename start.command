#!/bin/sh
# Double-click on macOS: sets PSYCHOSCORE up the first time, then opens the window.
cd "$(dirname "$0")" || exit 1
exec python3 start.py run
