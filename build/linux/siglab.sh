#!/bin/sh
# siglab: the command line of the installed Signal Lab.
#
# The program runs without a window and so without a page; nothing is left for Chromium's sandbox to hold, and servers
# without user namespaces can run it. Options of the user come behind the bare "--", where Chromium does not look.
app=$(readlink -f "$0")
app=$(dirname "$app")/signal-lab
@DISPLAY_CHECK@
exec "$app" --no-sandbox --no-zygote @OZONE@ --disable-gpu --disable-software-rasterizer --log-level=3 --cli -- "$@"
