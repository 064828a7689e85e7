#!/bin/sh
# Says plainly what is missing on this machine, and installs it where that is allowed.
set -eu
python=$1

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
  echo "cto_cds needs Python 3.11 or later; '$python' is not. Try: make PYTHON=python3.12" >&2
  exit 1
}

compiler=${CTO_CDS_CC:-gcc}
headers=$("$python" -c 'import sysconfig; print(sysconfig.get_paths()["include"] + "/Python.h")')
packages=""
command -v "$compiler" >/dev/null 2>&1 || packages="$packages gcc libc6-dev"
[ -f "$headers" ] || packages="$packages python3-dev"
"$python" -c 'import ensurepip, venv' 2>/dev/null || packages="$packages python3-venv"
# Only the tests need these: a check of DICOM files, and an archive to send them through.
tools=""
command -v dciodvfy >/dev/null 2>&1 || tools="$tools dicom3tools"
command -v Orthanc >/dev/null 2>&1 || tools="$tools orthanc"
[ -z "$packages$tools" ] && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null || true
  [ -z "$packages" ] || apt-get install -qq -y --no-install-recommends $packages >/dev/null
  [ -z "$tools" ] || apt-get install -qq -y --no-install-recommends $tools >/dev/null 2>&1 ||
    echo "Some tests need:$tools, which could not be installed." >&2
  case $tools in *orthanc*) # the tests start their own; the one of the system is not wanted
    systemctl disable --now orthanc >/dev/null 2>&1 || true ;;
  esac
elif [ -z "$packages" ]; then
  echo "Some tests need:$tools. As root: apt-get install$tools" >&2
else
  echo "This machine lacks:$packages. As root: apt-get install$packages" >&2
  exit 1
fi
