#!/bin/sh
# Says plainly what is missing on this machine, and installs it where that is allowed.
set -eu
python=$1

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
  echo "cto_cds needs Python 3.11 or later; '$python' is not. Try: make PYTHON=python3.12" >&2
  exit 1
}

# Needed: a compiler for the rule engine, and what makes an environment.
compiler=${CTO_CDS_CC:-gcc}
headers=$("$python" -c 'import sysconfig; print(sysconfig.get_paths()["include"] + "/Python.h")')
needed=""
command -v "$compiler" >/dev/null 2>&1 || needed="$needed gcc libc6-dev"
[ -f "$headers" ] || needed="$needed python3-dev"
"$python" -c 'import ensurepip, venv' 2>/dev/null || needed="$needed python3-venv"

# Wanted: Pango sets the PDF of a report, the tests open the report in Chromium, and letters as wide as
# Arial's, as most readers have them, put its essentials on two printed pages.
wanted=""
"$python" -c 'import ctypes.util, sys; sys.exit(not ctypes.util.find_library("pangoft2-1.0"))' \
  2>/dev/null || wanted="$wanted libpango-1.0-0 libpangoft2-1.0-0"
[ -n "${CTO_CDS_CHROMIUM:-}" ] || command -v chromium >/dev/null 2>&1 ||
  command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 ||
  wanted="$wanted chromium"
if [ "$(uname)" = Linux ] && ! fc-list 2>/dev/null | grep -qiE 'liberation ?sans|arial|helvetica'; then
  wanted="$wanted fonts-liberation"
fi
# The tests also check DICOM files with dciodvfy and send them through Orthanc.
command -v dciodvfy >/dev/null 2>&1 || wanted="$wanted dicom3tools"
command -v Orthanc >/dev/null 2>&1 || wanted="$wanted orthanc"

can_install() {
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1
}

# Quiet when it works; what apt-get said when it does not.
install() {
  log=$(mktemp)
  installed=0
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
    apt-get install -qq -y --no-install-recommends "$@"; } >"$log" 2>&1 </dev/null || installed=$?
  [ $installed -eq 0 ] || tail -n 5 "$log" >&2
  rm -f "$log"
  return $installed
}

if [ -n "$needed" ]; then
  can_install && install $needed || {
    echo "This machine lacks:$needed. As root: apt-get install$needed$wanted" >&2
    exit 1
  }
fi
if [ -n "$wanted" ]; then
  can_install && install $wanted ||
    echo "Without these there is no PDF of a report, or its tests fail:$wanted." \
      "As root: apt-get install$wanted" >&2
  case $wanted in *orthanc*) # the tests start their own; the one of the system is not wanted
    systemctl disable --now orthanc >/dev/null 2>&1 || true ;;
  esac
fi
